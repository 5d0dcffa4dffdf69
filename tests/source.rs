//! Our reader of captures against readers that we did not write.

use finwhale::limits::Limits;
use finwhale::source::{self, Input, Source};
use std::path::PathBuf;

fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("FINWHALE_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        println!("FINWHALE_CORPUS is not set: real captures are not tried");
    }
    folder
}

fn count(mut source: Box<dyn Source>) -> (u64, Option<String>) {
    let mut count = 0;
    while let Some(batch) = source.next_batch().expect("readable") {
        assert_eq!(batch.first, count + 1);
        count += batch.packets.len() as u64;
    }
    (count, source.about().truncated.clone())
}

#[test]
fn every_capture_of_the_corpus_has_as_many_packets_as_tshark_says() {
    let Some(folder) = corpus() else { return };
    let expected = std::fs::read_to_string(folder.join("expected.jsonl")).expect("expected.jsonl");
    for line in expected.lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let file = row["file"].as_str().expect("file");
        let format = row["format"].as_str().expect("format");
        let input = Input::File(folder.join(file));
        match source::open(&input, &Limits::default()) {
            Ok(source) => {
                let (packets, cut) = count(source);
                let want = row["packets"].as_u64().unwrap();
                if packets != want || cut.is_some() || row.get("tshark_exit").is_some() {
                    println!(
                        "{} {file} {format}: {packets} v {want}/{} {cut:?} {}",
                        packets == want,
                        row["records"],
                        row["tshark_message"]
                    );
                }
            }
            Err(error) => println!("{format} {error}"),
        }
    }
}
