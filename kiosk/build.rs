//! Compiles the screens. The look (colours, type, typeface, icons) comes from the crate `look` and becomes a Slint
//! library `@look`, so no size or colour is named twice.

use std::{collections::HashMap, env, fmt::Write, fs, path::PathBuf, time::SystemTime};

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let theme = out.join("look.slint");
    fs::write(&theme, theme_source()).expect("OUT_DIR can be written");
    // Slint asks cargo to watch it. As old as can be, or cargo takes what this script wrote for a change, in every build.
    let made = fs::File::options().write(true).open(&theme).expect("it was written");
    made.set_modified(SystemTime::UNIX_EPOCH).expect("a file may be old");
    let config = slint_build::CompilerConfiguration::new()
        .with_style("fluent-light".to_owned())
        .with_library_paths(HashMap::from([("look".to_owned(), theme)]))
        // Tests and the accessibility tree find elements by their compiled names.
        .with_debug_info(env::var("PROFILE").is_ok_and(|profile| profile == "debug"));
    slint_build::compile_with_config("ui/kiosk.slint", config).expect("the screens compile");
}

/// The theme, the typeface, and every icon under its own name.
fn theme_source() -> String {
    let mut source = String::new();
    for font in ["NotoSans-Regular.ttf", "NotoSans-Bold.ttf"] {
        writeln!(source, "import \"{}/{font}\";", look::FONT_DIR).expect("a String takes every line");
    }
    source.push_str(&look::slint_theme());
    let mut icons: Vec<String> = fs::read_dir(look::ICON_DIR)
        .expect("the look has icons")
        .map(|entry| entry.expect("the icons can be listed").file_name().to_string_lossy().into_owned())
        .filter_map(|name| name.strip_suffix(".svg").map(str::to_owned))
        .collect();
    icons.sort();
    source.push_str("export global Icons {\n");
    for icon in &icons {
        writeln!(source, "    out property <image> {icon}: @image-url(\"{}/{icon}.svg\");", look::ICON_DIR)
            .expect("a String takes every line");
    }
    source.push_str("    public pure function of-category(code: string) -> image {\n");
    for icon in icons.iter().filter(|icon| icon.starts_with("category-")) {
        let name = icon.trim_start_matches("category-");
        let letter = ('A'..='Z').find(|letter| name.eq_ignore_ascii_case(&letter.to_string())).unwrap_or_default();
        writeln!(source, "        if (code == \"{letter}\") {{ return self.{icon}; }}")
            .expect("a String takes every line");
    }
    source.push_str("        return self.ticket;\n    }\n}\n");
    source
}
