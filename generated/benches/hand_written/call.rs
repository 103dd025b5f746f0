//! One call, made by each client.

use std::future::Future;

use tokio::runtime::Runtime;
use tokio::task::JoinSet;

/// Something that can pay: the same request, the same headers, the same checks.
pub(crate) trait Call: Clone + Send + Sync + 'static {
    /// Makes the call and stops the benchmark should it fail.
    fn call(&self) -> impl Future<Output = ()> + Send;
}

/// Makes `calls` calls, `at_once` of them at the same time.
pub(crate) fn run(runtime: &Runtime, caller: &impl Call, calls: usize, at_once: usize) {
    runtime.block_on(async {
        if at_once == 1 {
            return repeat(caller, calls).await;
        }
        let mut tasks = JoinSet::new();
        for _ in 0..at_once {
            let caller = caller.clone();
            tasks.spawn(async move { repeat(&caller, calls / at_once).await });
        }
        tasks.join_all().await;
    });
}

async fn repeat(caller: &impl Call, calls: usize) {
    for _ in 0..calls {
        caller.call().await;
    }
}
