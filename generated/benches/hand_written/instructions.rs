//! Instructions of a call, counted by valgrind in a process of their own. Unlike a time, the count does not depend on what else the
//! machine does.

use std::env;
use std::process::Command;

use crate::call::run;
use crate::memory::Memory;
use crate::rounds::Costs;
use crate::{RESPONSE, hand, ours, reqwest_call};

/// Makes this program one that makes calls, to be counted.
pub(crate) const ARGUMENT: &str = "--calls";

/// In place of a URL: calls over the transport that responds from memory.
pub(crate) const IN_MEMORY: &str = "in-memory";

/// The instructions that are not those of a call, such as the start of the program, are the same for both.
const CALLS: [u32; 2] = [200, 1200];

/// Returns the instructions of one call, by each of the first contenders; `None` where there is no valgrind.
pub(crate) fn instructions(url: &str, contenders: usize) -> Option<Costs> {
    let counted: Option<Vec<f64>> =
        ["ours", "hyper", "reqwest"][..contenders].iter().map(|contender| of_one(contender, url)).collect();
    counted.map(Costs::counted)
}

fn of_one(contender: &str, url: &str) -> Option<f64> {
    let [few, many] = CALLS.map(|calls| count(contender, url, calls));
    Some((many? - few?) / f64::from(CALLS[1] - CALLS[0]))
}

fn count(contender: &str, url: &str, calls: u32) -> Option<f64> {
    let program = env::current_exe().expect("a program knows where it is");
    let mut command = Command::new("valgrind");
    command.args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]);
    let output = command.arg(program).args([ARGUMENT, contender, url, &calls.to_string()]).output().ok()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let (_, total) = said.lines().find(|line| line.contains("I   refs:"))?.rsplit_once(' ')?;
    total.replace(',', "").parse().ok()
}

/// Makes the calls that are counted.
pub(crate) fn make_calls(arguments: &[String]) {
    let [contender, url, calls] = arguments else { return };
    let calls = calls.parse().expect("the number of calls is one");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    match (contender.as_str(), url.as_str()) {
        ("ours", IN_MEMORY) => run(&runtime, &ours::over(Memory::new(RESPONSE)), calls, 1),
        ("ours", url) => run(&runtime, &ours::to(url), calls, 1),
        ("hyper", IN_MEMORY) => run(&runtime, &hand::Hand::in_memory(Memory::new(RESPONSE)), calls, 1),
        ("hyper", url) => run(&runtime, &hand::Hand::to(url), calls, 1),
        (_, url) => run(&runtime, &reqwest_call::Reqwest::to(url), calls, 1),
    }
}
