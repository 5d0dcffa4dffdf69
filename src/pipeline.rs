//! Wires source, net, flow, proto and facts together; the only file that does.
