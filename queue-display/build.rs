//! Compiles `ui/board.slint` with the house's look: `@look/theme.slint` is made from the tokens here.

use std::{collections::HashMap, env, fs, path::PathBuf};

fn main() {
    let look = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("look");
    fs::create_dir_all(&look).expect("the build may write into its own folder");
    fs::write(look.join("theme.slint"), look::slint_theme()).expect("the build may write into its own folder");
    let libraries = HashMap::from([
        ("look".to_owned(), look),
        ("icons".to_owned(), PathBuf::from(look::ICON_DIR)),
        ("fonts".to_owned(), PathBuf::from(look::FONT_DIR)),
    ]);
    let config = slint_build::CompilerConfiguration::new()
        .with_style("fluent-light".into())
        .with_library_paths(libraries)
        // Tests find elements by it; only what they find is kept, a few kilobytes.
        .with_debug_info(true);
    slint_build::compile_with_config("ui/board.slint", config).expect("ui/*.slint compiles");
}
