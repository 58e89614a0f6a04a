//! Compiles `ui/board.slint` with the house's look: `@look/theme.slint` is made from the tokens here.

use std::{collections::HashMap, env, fs, path::PathBuf, time::SystemTime};

fn main() {
    let look = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("look");
    fs::create_dir_all(&look).expect("the build may write into its own folder");
    let theme = look.join("theme.slint");
    fs::write(&theme, look::slint_theme()).expect("the build may write into its own folder");
    // Slint asks cargo to watch it. As old as can be, or cargo takes what this script wrote for a change, in every build.
    let made = fs::File::options().write(true).open(&theme).expect("it was written");
    made.set_modified(SystemTime::UNIX_EPOCH).expect("a file may be old");
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
