//! Feeds an analyzer: keeps unread tails, passes over what it need not see.
