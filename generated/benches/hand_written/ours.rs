//! The call as users of the SDK make it.

use std::hint::black_box;
use std::sync::Arc;

use sdk_runtime::codegen::decode;
use zuora_payments::{BaseUrl, Client, CreatePaymentRequest, Transport};

use crate::call::Call;
use crate::{REQUEST, hand};

#[derive(Clone)]
pub(crate) struct Ours {
    client: Client,
    request: Arc<CreatePaymentRequest>,
}

/// Creates a client with the SDK's default transport.
pub(crate) fn to(url: &str) -> Ours {
    let builder = Client::builder(url.parse::<BaseUrl>().expect("the server's address is one"));
    new(builder.access_token(hand::TOKEN).build().expect("a client can be made"))
}

/// Creates a client with another transport.
pub(crate) fn over(transport: impl Transport) -> Ours {
    let builder = Client::builder(hand::NOWHERE.parse::<BaseUrl>().expect("it is an address"));
    new(builder.access_token(hand::TOKEN).transport(transport).build().expect("a client can be made"))
}

fn new(client: Client) -> Ours {
    Ours { client, request: Arc::new(decode(REQUEST.as_bytes()).expect("the example can be read")) }
}

impl Call for Ours {
    async fn call(&self) {
        let response = self.client.create_payment(&self.request).await.expect("the server accepts the call");
        drop(black_box(response));
    }
}
