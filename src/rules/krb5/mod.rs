//! What Kerberos refused, and what happened in spite of it.
