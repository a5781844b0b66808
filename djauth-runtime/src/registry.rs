//! What the program declared: permissions, plug-ins, guarded views.
