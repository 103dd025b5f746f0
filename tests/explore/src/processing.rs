//! How the service processes a request: whether it acts, and what its reply contains.

use crate::cost::Business;
use crate::premises::Premise;
use crate::reply::{Body, Code, Form};
use crate::service::Operation;
use crate::world::World;

/// What the service does with a request that it works on.
#[derive(Clone, Debug)]
pub(crate) struct Execution {
    /// Whether it has its effect.
    pub(crate) acts: bool,
    /// What it says.
    pub(crate) content: ReplyContent,
}

/// What the service says.
#[derive(Clone, Debug)]
pub(crate) enum ReplyContent {
    /// A success, with its flag or without.
    Success { form: Form, flag: bool },
    /// A success by its flag, whose members may say otherwise.
    Members(String),
    /// A failure.
    Failure { body: Body, status: u16, form: Form },
}

impl World {
    /// Chooses what the service does with a request.
    pub(crate) fn execution(&mut self, operation: Operation) -> Execution {
        if let Some(dice) = self.dice() {
            let result = dice.business();
            return self.of_mixture(result, operation);
        }
        let classes = match operation {
            Operation::Authorization => 9,
            Operation::Payment => 6,
            Operation::Session => 5,
        };
        match (self.choose(classes), operation) {
            (0, _) => self.success(),
            (1, _) => self.refusal(),
            (2, _) => self.open(true),
            (3, _) => self.lock(),
            (4, _) => self.open(false),
            (5, Operation::Payment) => self.payment_state(),
            (5, _) => self.result_code(&[1, 22, 41, 63, 7], false),
            (6, _) => self.result_code(&[11, 12, 200, 999, -1, 500, 12345], true),
            (7, _) => self.result_code(&[11, 12, 200, 999, -1, 500, 12345], false),
            _ => {
                let acts = self.without(Premise::RefusalsDoNotAct);
                Execution { acts, content: ReplyContent::Members(r#""success":true,"resultCode":1"#.into()) }
            }
        }
    }

    /// Returns a payment that exists, in a state that says what became of it.
    fn payment_state(&mut self) -> Execution {
        const DECLINED: &str = r#""gatewayResponseCode":"05","#;
        let (status, gateway, more, acts) = self.pick(&[
            ("Error", "FailedToSettle", DECLINED, false),
            ("Canceled", "NotSubmitted", DECLINED, false),
            ("Error", "FailedToSettle", "", false),
            ("Error", "FailedToSettle", "", true),
            ("Canceled", "NotSubmitted", "", true),
            ("Processed", "FailedToSettle", "", true),
            ("Processing", "Submitted", "", true),
            ("Settling", "Submitted", "", true),
        ]);
        let acts = acts || more == DECLINED && self.without(Premise::RefusalsDoNotAct);
        let members = format!(
            r#""number":"P-00000001","status":"{status}","gatewayState":"{gateway}",{more}"type":"Electronic","amount":49.90,"success":true"#
        );
        Execution { acts, content: ReplyContent::Members(members) }
    }

    fn success(&mut self) -> Execution {
        const UNREADABLE: &str = r#""number":[1],"gatewayOrderId":[1],"resultCode":0,"success":true"#;
        let forms = Form::OF_SUCCESS;
        let most = u8::try_from(forms.len()).unwrap_or(0);
        let chosen = usize::from(self.choose(most + 2));
        let content = match forms.get(chosen) {
            Some(&form) => ReplyContent::Success { form, flag: true },
            None if chosen == forms.len() => ReplyContent::Success { form: Form::Plain, flag: false },
            None => ReplyContent::Members(UNREADABLE.into()),
        };
        Execution { acts: true, content }
    }

    fn refusal(&mut self) -> Execution {
        let category = self.pick(&[30, 20, 21, 22, 23, 27, 40, 45, 90]);
        let acts = self.without(Premise::RefusalsDoNotAct);
        self.coded(&[Code::category(category)], category, acts)
    }

    fn lock(&mut self) -> Execution {
        let acts = self.without(Premise::RefusalsDoNotAct);
        self.coded(&[Code::category(50)], 50, acts)
    }

    fn open(&mut self, acts: bool) -> Execution {
        const CODES: &[&[Code]] = &[
            &[Code::category(99)],
            &[Code::category(60)],
            &[Code::category(61)],
            &[Code::category(12)],
            &[Code::Word("SystemError")],
            &[Code::category(99), Code::category(12)],
            &[Code::category(30), Code::category(99)],
            &[Code::category(30), Code::category(12)],
            &[Code::Bare(522)],
            &[Code::Bare(2010)],
            &[Code::Bare(10)],
            &[Code::Bare(30)],
            &[],
        ];
        let codes = self.pick(CODES);
        self.coded(codes, 99, acts)
    }

    /// Returns a failure by its result code. A code that refuses does not act.
    fn result_code(&mut self, codes: &[i32], acts: bool) -> Execution {
        const BESIDE: &[&[Code]] = &[&[Code::category(99)], &[Code::category(30)], &[]];
        let result = self.pick(codes);
        let refuses = codes.first() == Some(&1);
        let acts = acts || refuses && self.without(Premise::RefusalsDoNotAct);
        let status = self.pick(&[200, 400, 500]);
        let codes = self.pick(BESIDE);
        let body = Body { result: Some(result), ..Body::coded(codes) };
        let form = self.pick(Form::ALL);
        Execution { acts, content: ReplyContent::Failure { body, status, form } }
    }

    /// Returns a failure with codes, by its category or with a status that goes with another one.
    fn coded(&mut self, codes: &[Code], category: u8, acts: bool) -> Execution {
        let natural = self.status_of(category);
        // A status that does not go with the category never leads away from what the code says, or is open itself.
        let status = match self.pick(&[0, 400, 500, 504, 404, 409, 200]) {
            0 => natural,
            other => other,
        };
        let form = self.pick(Form::ALL);
        Execution { acts, content: ReplyContent::Failure { body: Body::coded(codes), status, form } }
    }

    fn of_mixture(&mut self, result: Business, operation: Operation) -> Execution {
        match result {
            Business::Success => {
                Execution { acts: true, content: ReplyContent::Success { form: Form::Plain, flag: true } }
            }
            Business::Refused => self.coded(&[Code::category(30)], 30, false),
            Business::Locked => self.coded(&[Code::category(50)], 50, false),
            Business::DeclinedByCategory => self.coded(&[Code::category(60)], 60, false),
            Business::Declined if operation == Operation::Payment => {
                let members = r#""number":"P-00000001","status":"Error","gatewayState":"NotSubmitted","gatewayResponseCode":"05","amount":49.90,"success":true"#;
                Execution { acts: false, content: ReplyContent::Members(members.into()) }
            }
            Business::Declined => {
                let body = Body { result: Some(1), ..Body::coded(&[Code::category(99)]) };
                Execution { acts: false, content: ReplyContent::Failure { body, status: 200, form: Form::Plain } }
            }
            Business::Failed => self.coded(&[Code::category(61)], 61, false),
        }
    }
}
