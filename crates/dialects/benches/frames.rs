//! What a frame costs: beside the same frame read and written as JSON that nobody looks at.

#![expect(
    clippy::expect_used,
    reason = "what is measured is made of constants, and a benchmark may stop"
)]

use std::hint::black_box;

use chaperone_dialects::{
    ALL, Asked, Context, Decoded, Dialect, Downstream, RemoteCommand, Upstream,
};
use chaperone_protocol::{
    Action, CommandId, Content, Data, DeviceId, Execute, Outcome, Pictured, Timestamp,
};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::Value;

const NOW: Timestamp = Timestamp::constant(1_770_026_400, 0);
const PICTURE_BYTES: usize = 5 * 1024 * 1024;

fn command() -> Downstream {
    Downstream::Command(RemoteCommand {
        id: CommandId::new("0d0f7a52-4c1e-4b57-9d0e-6f1f5d3c2b1a").expect("an id"),
        agent: None,
        deadline_at: None,
        asked: Asked::Ability(Action::Execute(Execute {
            line: "git log --oneline --decorate --graph --max-count=20 origin/main".to_owned(),
            working_dir: Some("/home/someone/projects/website".to_owned()),
            timeout: Execute::DEFAULT_TIMEOUT,
            environment: [("LANG".to_owned(), "C.UTF-8".to_owned())].into(),
        })),
    })
}

fn picture() -> Upstream {
    Upstream::Result {
        id: CommandId::new("c-1").expect("an id"),
        outcome: Outcome::Success {
            data: Data::Pictured(Pictured {
                content: Some(Content::Inline {
                    media_type: "image/jpeg".to_owned(),
                    base64: "/9j/4AAQSkZJRgABAQEAYABgAAD"
                        .chars()
                        .cycle()
                        .take(PICTURE_BYTES)
                        .collect(),
                }),
                resolution: None,
                source: None,
                file_path: None,
            }),
            finished_at: NOW,
        },
    }
}

fn frames(criterion: &mut Criterion) {
    let desk = DeviceId::new("desk").expect("an id");
    let cx = Context::at(NOW).of(Some(&desk));
    let mut group = criterion.benchmark_group("dialects");
    for dialect in ALL {
        one_dialect(&mut group, *dialect, cx);
    }
    group.finish();
}

fn one_dialect(
    group: &mut criterion::BenchmarkGroup<'_, criterion::measurement::WallTime>,
    dialect: &dyn Dialect,
    cx: Context<'_>,
) {
    let name = dialect.profile().id;
    // A wire without commands is measured by what its hubs say most.
    let message = Some(command())
        .filter(|message| dialect.encode_down(message, cx).is_ok())
        .unwrap_or(Downstream::Event(chaperone_protocol::Event {
            name: "module_status_changed".to_owned(),
            data: [
                ("module".to_owned(), Value::from("vision")),
                ("enabled".to_owned(), true.into()),
            ]
            .into_iter()
            .collect(),
        }));
    let text = dialect.encode_down(&message, cx).expect("a frame");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function(format!("{name} frame there and back"), |bencher| {
        bencher.iter(|| {
            let Ok(Decoded::Message(heard)) = dialect.decode_down(black_box(&text), cx) else {
                unreachable!("our own frame")
            };
            dialect.encode_down(&heard, cx)
        });
    });
    group.bench_function(
        format!("{name} frame there and back as plain JSON"),
        |bencher| {
            bencher.iter(|| {
                let value: Value = serde_json::from_str(black_box(&text)).expect("JSON");
                value.to_string()
            });
        },
    );
    let Ok(large) = dialect.encode_up(&picture(), cx) else {
        return;
    };
    if large.len() < PICTURE_BYTES {
        return;
    }
    group.throughput(Throughput::Bytes(large.len() as u64));
    group.bench_function(format!("{name} 5 MB result read"), |bencher| {
        bencher.iter_batched(
            || (),
            |()| {
                dialect
                    .decode_up(black_box(&large), cx)
                    .expect("our own frame")
            },
            BatchSize::PerIteration,
        );
    });
    group.bench_function(
        format!("{name} 5 MB result read as plain JSON"),
        |bencher| {
            bencher.iter_batched(
                || (),
                |()| serde_json::from_str::<Value>(black_box(&large)).expect("JSON"),
                BatchSize::PerIteration,
            );
        },
    );
}

criterion_group!(benches, frames);
criterion_main!(benches);
