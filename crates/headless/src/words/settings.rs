//! What else can be set.

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::Desk;
use crate::{
    arguments::SettingsWord,
    ending::Wrong,
    json::words,
    screen::Screen,
    table::{Table, one_line},
};

pub(crate) fn settings(desk: &Desk<'_>, word: Option<SettingsWord>) -> Result<()> {
    match word.unwrap_or(SettingsWord::Show) {
        SettingsWord::Show => {
            let settings = desk.call("settings/get", &json!({}))?;
            desk.screen.one(&settings, |it| show(desk.screen, it));
        }
        SettingsWord::Set { name, value } => {
            let known = desk.call("settings/get", &json!({}))?;
            let name = meant(&known, &name)?;
            let value = serde_json::from_str(&value).unwrap_or(Value::String(value));
            let sentence = format!("{name} is {} now.", one_line(&value.to_string()));
            let params = Value::Object(Map::from_iter([(name, value)]));
            desk.act("settings/set", &params, &sentence)?;
        }
    }
    Ok(())
}

/// The setting a person means, who may write its name as words or with dashes.
pub(crate) fn meant(known: &Value, name: &str) -> Result<String> {
    let plain = |name: &str| name.replace(['-', '_', ' '], "").to_lowercase();
    let names = || known.as_object().into_iter().flat_map(Map::keys);
    match names().find(|known| plain(known) == plain(name)) {
        Some(known) => Ok(known.clone()),
        None => Err(Wrong(format!(
            "there is no setting {}; there are {}",
            one_line(name),
            names().cloned().collect::<Vec<_>>().join(", ")
        ))
        .into()),
    }
}

pub(crate) fn show(screen: &Screen, settings: &Value) -> Vec<String> {
    let mut table = Table::new(&["NAME", "VALUE", "MEANING"]);
    for (name, value) in settings.as_object().into_iter().flatten() {
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Null => "none".to_owned(),
            other => other.to_string(),
        };
        let meaning = match name.as_str() {
            "graduatedShell" => "lower levels may ask for harmless programs".to_owned(),
            "retentionDays" => "pictures and recordings are deleted after as many days".to_owned(),
            "place" => "where this computer is, if you say so yourself".to_owned(),
            "camera" => "the camera agents are given".to_owned(),
            "recordingSound" => "what recordings with sound hear: microphone or output".to_owned(),
            "captureUnseen" => "pictures may be taken though no screen shows it".to_owned(),
            other => words(other),
        };
        table.row(vec![name.into(), value.into(), meaning.into()]);
    }
    table.lines(screen, "Nothing can be set.")
}
