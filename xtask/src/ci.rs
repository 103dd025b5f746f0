//! `cargo xtask ci`: all checks before a merge, the cheapest first.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::ValueEnum;

use sdk_generator::cli::terminal;

/// The validator of OpenAPI documents that the document must satisfy, as `pip` names it.
const VALIDATOR: &str = "openapi-spec-validator==0.9.0";

#[derive(Debug, Default, clap::Args)]
pub(crate) struct Arguments {
    /// The only step to run.
    #[arg(long, value_name = "NAME")]
    only: Option<Name>,
}

/// The steps, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Name {
    /// rustfmt
    Format,
    /// `generate --check`
    Generated,
    /// The rules of `lint` on the document
    Lint,
    /// The differences from the service's own document
    Upstream,
    /// clippy with all features
    Clippy,
    /// clippy with each feature by itself
    ClippyFeatures,
    /// All tests
    Test,
    /// The tests of the published crates with all features
    TestFeatures,
    /// rustdoc without warnings
    Documentation,
    /// An independent OpenAPI validator
    Openapi,
    /// The budget of crates
    Budget,
    /// The licences, sources and Rust versions of the dependencies
    Dependencies,
    /// The packages of the published crates, as their users get them
    Packages,
}

impl Name {
    /// Returns the name by which `--only` selects the step.
    fn text(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// Something that must pass: one command, or several that only make sense together.
struct Step {
    name: Name,
    commands: Vec<Command>,
}

/// The features of the published crates. Each is tried by itself, and all of them together with the lints and the tests.
const FEATURES: [&str; 9] = [
    "hyper-transport",
    "rustls-ring",
    "rustls-aws-lc-rs",
    "reqwest",
    "tower",
    "blocking",
    "tracing",
    "item-streams",
    // The last, since not every machine can build it.
    NATIVE_TLS,
];

/// Needs OpenSSL's headers on Linux.
const NATIVE_TLS: &str = "native-tls";

/// A feature of the tests: a crate in the same program has turned on `serde_json/arbitrary_precision` for all of it.
const NEIGHBOUR: &str = "arbitrary-precision-neighbour";

/// The exploration needs the runtime optimized, which takes long to build; nothing else does.
const UNOPTIMIZED: &str = "--config profile.dev.package.sdk-runtime.opt-level=0";

/// The packages that have the features of the SDK.
const SDK: &str = "--package sdk-runtime --package zuora-payments";

fn steps(root: &Path) -> anyhow::Result<Vec<Step>> {
    let step = |name, commands| Step { name, commands };
    let features = if has_openssl() { &FEATURES[..] } else { &FEATURES[..FEATURES.len() - 1] };
    if features.len() < FEATURES.len() {
        let why = "since pkg-config finds no OpenSSL with headers";
        terminal::print(&format!("not checked: the feature {NATIVE_TLS}, {why}\n"))?;
    }
    let all = features.join(",");
    let mut doc = cargo(&format!("doc {SDK} --package sdk-generator --features {all} --no-deps --locked"));
    doc.env("RUSTDOCFLAGS", "-D warnings");
    let clippy = |what: &str| cargo(&format!("clippy {what} --locked -- -D warnings"));
    let only = |features: &str| clippy(&format!("{SDK} --no-default-features{features}"));
    let each = features.iter().map(|feature| only(&format!(" --features {feature}")));
    // The generator without its program.
    let library = clippy("--package sdk-generator --no-default-features");
    let beside =
        |what: &str| test(&format!("{SDK} --package sdk-tests --features {all},{NEIGHBOUR} {UNOPTIMIZED} {what}"));
    let mut steps = vec![
        step(Name::Format, vec![cargo("fmt --all --check")]),
        step(Name::Generated, vec![xtask("generate --check")?]),
        step(Name::Lint, vec![xtask("lint")?]),
        step(Name::Clippy, vec![clippy(&format!("--workspace --all-targets --features {all}"))]),
        step(Name::ClippyFeatures, [only(""), library].into_iter().chain(each).collect()),
        step(Name::Test, vec![test("--workspace")]),
        step(Name::TestFeatures, vec![beside("--lib --examples --test wire --test client"), beside("--doc")]),
        step(Name::Documentation, vec![doc]),
        step(Name::Openapi, validate(root)),
        step(Name::Budget, vec![xtask("budget")?]),
        step(Name::Dependencies, vec![xtask("dependencies")?]),
        step(Name::Packages, vec![xtask("packages")?]),
    ];
    match std::env::var(UPSTREAM).ok().filter(|path| !path.is_empty()) {
        Some(path) => steps.insert(3, step(Name::Upstream, vec![upstream(&path)?])),
        None => terminal::print(&format!("not run: upstream, since the variable {UPSTREAM} has no path\n"))?,
    }
    Ok(steps)
}

/// The variable that says where the service's own document is, on machines that have it. Tests hold their extract against it, too.
const UPSTREAM: &str = "UPSTREAM";

/// Returns our document against the service's own.
fn upstream(path: &str) -> anyhow::Result<Command> {
    let mut command = xtask("diff --upstream")?;
    command.arg(path);
    Ok(command)
}

/// Returns whether the platform's TLS can be built on: only Linux needs something that may not be there.
fn has_openssl() -> bool {
    let found = || Command::new("pkg-config").args(["--exists", "openssl"]).status();
    !cfg!(target_os = "linux") || found().is_ok_and(|status| status.success())
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let is_selected = |step: &Step| arguments.only.is_none_or(|only| only == step.name);
    let steps: Vec<_> = steps(root)?.into_iter().filter(is_selected).collect();
    let count = steps.len();
    let mut passed: Vec<(String, Duration)> = Vec::new();
    for (number, Step { name, commands }) in steps.into_iter().enumerate() {
        let start = Instant::now();
        let name = name.text();
        for mut command in commands {
            let shown = shown(&command);
            terminal::print(&format!("==> [{}/{count}] {name}: {shown}\n", number + 1))?;
            let status = command.current_dir(root).status();
            let status = status.with_context(|| format!("{name}: `{shown}` cannot be started"))?;
            if !status.success() {
                let failed = format!("{name} failed ({status}); to run it alone: {shown}\n");
                terminal::print(&(summary(&passed) + &failed))?;
                return Ok(ExitCode::FAILURE);
            }
        }
        passed.push((name, start.elapsed()));
    }
    terminal::print(&format!("{}all {count} steps passed\n", summary(&passed)))?;
    Ok(ExitCode::SUCCESS)
}

fn summary(passed: &[(String, Duration)]) -> String {
    let lines = passed.iter().map(|(name, time)| format!("{:>6} s  {name}\n", time.as_secs()));
    std::iter::once("\n".to_owned()).chain(lines).collect()
}

/// Returns a cargo command; the arguments contain no blanks of their own.
fn cargo(arguments: &str) -> Command {
    let mut command = Command::new("cargo");
    command.args(arguments.split(' '));
    command
}

/// Snapshots are only ever compared here, whatever the environment says.
fn test(arguments: &str) -> Command {
    let mut command = cargo("test --locked");
    command.args(arguments.split(' ')).env("INSTA_UPDATE", "no");
    command
}

/// Returns another command of this program, which is there already.
fn xtask(arguments: &str) -> anyhow::Result<Command> {
    let mut command = Command::new(std::env::current_exe().context("the running program has no path")?);
    command.args(arguments.split(' '));
    Ok(command)
}

/// Returns the document against the specification of OpenAPI, by a validator that shares no code with the generator.
fn validate(root: &Path) -> Vec<Command> {
    let folder = root.join("target/openapi-spec-validator");
    let program = |name: &str| folder.join(if cfg!(windows) { "Scripts" } else { "bin" }).join(name);
    let validator = program("openapi-spec-validator");
    let mut commands = Vec::new();
    if !validator.exists() {
        commands.push(command("python3", ["-m", "venv", "--clear"], &folder));
        let mut install = Command::new(program("python"));
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", VALIDATOR]);
        commands.push(install);
    }
    commands.push(command(
        validator,
        ["--schema", "3.0", "--validation-errors", "all"],
        &PathBuf::from("spec/zuora-payments.yaml"),
    ));
    commands
}

fn command<const N: usize>(program: impl AsRef<std::ffi::OsStr>, arguments: [&str; N], path: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).arg(path);
    command
}

/// Returns a command as one would type it, as far as the steps go.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let ours = std::env::current_exe().is_ok_and(|ours| ours == program);
    let program = if ours { "cargo xtask".to_owned() } else { program.display().to_string() };
    let variables =
        command.get_envs().filter_map(|(name, value)| Some(format!("{}='{}' ", name.display(), value?.display())));
    let arguments = command.get_args().map(|argument| format!(" {}", argument.display()));
    variables.chain([program]).chain(arguments).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workflow_runs_each_step_as_a_job() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.github/workflows/ci.yml");
        let workflow = std::fs::read_to_string(path).expect("the workflow is in the repository");
        let jobs: Vec<_> = workflow.lines().filter_map(|line| line.strip_prefix("          - ")).collect();
        // The service's document has a workflow of its own.
        let steps = Name::value_variants().iter().filter(|name| **name != Name::Upstream).map(|name| name.text());
        assert_eq!(jobs, steps.collect::<Vec<_>>());
    }
}
