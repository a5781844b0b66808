//! What is a permission, and who has it?
