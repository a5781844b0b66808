//! What does the server remember of a browser? Sessions, as Django keeps them.
