//! What somebody logs in with, and how it is kept out of logs.
