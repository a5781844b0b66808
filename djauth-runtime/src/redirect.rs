//! Where may a browser be sent? Safe redirect targets and login redirects, by Django's rules.
