//! Does djauth answer as Django does? Asked from stored vectors, and from a live Django.

mod live;
mod program;
mod vectors;
