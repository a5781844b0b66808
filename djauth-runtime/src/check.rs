//! Is the program put together soundly? Start-up checks.
