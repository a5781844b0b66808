//! The SQLite store, as a program uses it: over structs of several shapes, beside other processes, beside Django.

mod check;
mod contract;
mod django;
mod django_sessions;
mod files;
mod processes;
mod races;
mod schema;
mod statements;
mod users;
