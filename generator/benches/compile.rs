//! What the compiler does for a generated crate of a fixed size: 500 structs of 16 fields, 100 enums, 50 unions, 100 operations.
//!
//! Counts the instructions of `rustc --emit=metadata`, which do not depend on the machine's other work. It takes some minutes, and
//! needs valgrind and the dependencies of the runtime on this machine.
//!
//! ```text
//! cargo bench -p sdk-generator --bench compile
//! ```

#![allow(missing_docs, reason = "benchmarks are not an interface")]

use std::env;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, exit};

use sdk_generator::mode::Mode;
use sdk_generator::source::Source;
use sdk_generator::{Options, generate};

const STRUCTS: usize = 500;
const FIELDS: usize = 16;
const ENUMS: usize = 100;
const UNIONS: usize = 50;
const OPERATIONS: usize = 100;

const CRATE: &str = "synthetic";

/// Where the compiler that is counted leaves its figures. Set where this program stands in for the compiler.
const COUNTS: &str = "SYNTHETIC_COUNTS";

fn main() {
    if let Some(counts) = env::var_os(COUNTS) {
        compile(counts);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/synthetic");
    let (files, lines) = write_crate(&folder);
    println!("{files} files, {lines} lines");
    let counts = folder.join("counts");
    // What the crate depends on is built by the first check, and is not counted.
    check(&folder, None);
    check(&folder, Some(&counts));
    match instructions(&counts) {
        Some(count) => println!("{} million instructions of rustc", count / 1_000_000),
        None => println!("no instructions were counted: is valgrind installed?"),
    }
}

/// Stands in for the compiler: counts it where it compiles the crate.
fn compile(counts: OsString) -> ! {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let is_counted = arguments.windows(2).any(|pair| pair[0] == "--crate-name" && pair[1] == CRATE);
    let (compiler, rest) = arguments.split_first().expect("cargo names the compiler");
    let mut command = if is_counted {
        let mut out = OsString::from("--cachegrind-out-file=");
        out.push(counts);
        let mut command = Command::new("valgrind");
        command.args(["--quiet", "--tool=cachegrind", "--cache-sim=no"]).arg(out).arg(compiler);
        command
    } else {
        Command::new(compiler)
    };
    // The compiler itself, not the launcher that looks for it.
    let status = command.args(rest).env_remove(COUNTS).status();
    exit(status.ok().and_then(|status| status.code()).unwrap_or(1))
}

fn write_crate(folder: &Path) -> (usize, usize) {
    let source = Source::new("synthetic.yaml", document());
    let options = Options { crate_name: CRATE.to_owned(), mode: Mode::Strict };
    let generation = generate(&source, &options);
    let files = generation.files.expect("the document has no mistake");
    for (path, text) in files.iter() {
        write(&folder.join("src").join(path), text);
    }
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("runtime");
    let manifest = format!(
        "[package]\nname = \"{CRATE}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[features]\nblocking = []\nserde = []\n\n\
         [dependencies]\nsdk-runtime = {{ path = {runtime:?}, default-features = false }}\n\n[workspace]\n"
    );
    write(&folder.join("Cargo.toml"), &manifest);
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    fs::copy(lock, folder.join("Cargo.lock")).expect("the folder can be written to");
    (files.iter().count(), files.iter().map(|(_, text)| text.lines().count()).sum())
}

fn write(path: &Path, text: &str) {
    let folder = path.parent().expect("a file has a folder");
    fs::create_dir_all(folder).expect("the folder can be made");
    fs::write(path, text).expect("the file can be written");
}

/// Checks the crate, counted or not.
fn check(folder: &Path, counts: Option<&PathBuf>) {
    let lib = fs::File::options().append(true).open(folder.join("src/lib.rs")).expect("the crate has a root");
    lib.set_modified(std::time::SystemTime::now()).expect("the root can be touched");
    let mut cargo = Command::new("cargo");
    cargo.args(["check", "--offline", "--quiet"]).current_dir(folder);
    cargo.env("CARGO_TARGET_DIR", folder.join("target")).env("CARGO_INCREMENTAL", "0");
    if let Some(counts) = counts {
        let this = env::current_exe().expect("the running program has a path");
        cargo.env("RUSTC_WORKSPACE_WRAPPER", this).env(COUNTS, counts);
    }
    assert!(cargo.status().is_ok_and(|status| status.success()), "the crate does not compile");
}

/// Returns the sum that cachegrind leaves in the last line of its file.
fn instructions(counts: &Path) -> Option<u64> {
    let text = fs::read_to_string(counts).ok()?;
    text.lines().rev().find_map(|line| line.strip_prefix("summary:"))?.trim().parse().ok()
}

fn document() -> String {
    let mut text = HEAD.to_owned();
    for index in 0..OPERATIONS {
        text += &OPERATION.replace("INDEX", &index.to_string());
    }
    text += "components:\n  schemas:\n";
    for index in 0..STRUCTS {
        let of = index % OPERATIONS;
        // The first are sent and received, all others hang on them.
        write_line(
            &mut text,
            &format!("    Struct{index}:\n      type: object\n      required: [field0]\n      properties:"),
        );
        for field in 0..FIELDS {
            let schema = match (field, index) {
                (1, _) => format!("{{ $ref: '#/components/schemas/Enum{}' }}", index % ENUMS),
                (2, _) => format!("{{ $ref: '#/components/schemas/Union{}' }}", index % UNIONS),
                (3, _) if index + OPERATIONS < STRUCTS => {
                    format!("{{ type: array, items: {{ $ref: '#/components/schemas/Struct{}' }} }}", index + OPERATIONS)
                }
                (4, _) => "{ type: integer, format: int64, minimum: 0 }".to_owned(),
                (5, _) => "{ type: string, format: date, description: A day. }".to_owned(),
                (6, _) => "{ type: boolean }".to_owned(),
                (7, _) => "{ type: number }".to_owned(),
                _ => format!("{{ type: string, maxLength: {}, description: Some text. }}", 10 + of),
            };
            write_line(&mut text, &format!("        field{field}: {schema}"));
        }
    }
    for index in 0..ENUMS {
        write_line(&mut text, &format!("    Enum{index}: {{ type: string, enum: [a, b, c, d, e, f] }}"));
    }
    for index in 0..UNIONS {
        let one = "{ type: string }, { type: integer, format: int64 }";
        write_line(
            &mut text,
            &format!("    Union{index}: {{ oneOf: [{one}, {{ $ref: '#/components/schemas/Enum{index}' }}] }}"),
        );
    }
    text
}

fn write_line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("text takes every text");
}

const HEAD: &str = "
openapi: 3.0.3
info: { title: Synthetic, version: '1' }
servers: [{ url: https://api.example.com }]
paths:
";

const OPERATION: &str = "
  /things/INDEX/{id}:
    post:
      operationId: sendINDEX
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
        - { name: limit, in: query, schema: { type: integer, format: int32 } }
        - { name: X-Trace, in: header, schema: { type: string } }
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: '#/components/schemas/StructINDEX' } } }
      responses:
        '200':
          description: Done.
          content: { application/json: { schema: { $ref: '#/components/schemas/StructINDEX' } } }
";
