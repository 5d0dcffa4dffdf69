//! Conversations: the flow table, TCP streams in order, which protocol is spoken.
