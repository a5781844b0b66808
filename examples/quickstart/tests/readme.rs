//! The README shows the program that is compiled and driven here.

const PROGRAM: &str = include_str!("../src/main.rs");
const README: &str = include_str!("../../../README.md");

#[test]
fn the_program_of_the_readme_is_the_quickstart() {
    let (_, program) = PROGRAM.split_once("\n\n").expect("a module comment comes first");
    assert!(
        README.contains(&format!("```rust\n{program}```\n")),
        "the README shows another program than this one"
    );
}

#[test]
fn the_commands_of_the_readme_are_the_aliases() {
    let aliases = include_str!("../../../.cargo/config.toml");
    for alias in ["quickstart", "tests"] {
        assert!(
            README.contains(&format!("cargo {alias}")) && aliases.contains(&format!("{alias} = ")),
            "{alias}"
        );
    }
}
