//! How does djauth meet axum? Routers that want guards, extractors and the layer.

mod guard;
pub mod routing;
