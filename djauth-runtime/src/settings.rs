//! What the deployment chooses.
