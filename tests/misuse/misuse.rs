//! Misuse of the crate does not compile.

use std::env;
use std::process::Command;

/// The compiler whose words `cases/*.stderr` hold; another one says the same in other words.
const WORDS_OF: &str = "rustc 1.95.";

/// One mistake a file, and what the compiler says about it.
#[test]
fn misuse_does_not_compile() {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().expect("rustc is there, since it built this test");
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    if version.starts_with(WORDS_OF) {
        trybuild::TestCases::new().compile_fail("cases/*.rs");
    } else {
        println!("not compared: the messages were recorded with {WORDS_OF}x, this is {version}");
    }
}
