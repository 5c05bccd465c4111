//! `tenantry check`: one value as argument, or many on standard input, a line each.
//!
//! Nothing is opened or started for it: no database, no key, no server. A line that can't be read is answered on its
//! line like any other; only an input or output that fails ends the work.

use std::io::{self, BufReader, BufWriter, ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use model::eligibility::email::EmailRules;
use model::refusal::Code;
use zeroize::Zeroize;

use super::lines::{self, Line};
use super::{Output, fail, locale, misused, show};
use crate::config::Config;
use crate::eligibility::{
    AddressQuestion, Answer, Judge, Kind, OrganizationQuestion, PasswordQuestion, Question,
    TransliterateQuestion, begins_object, email_rules,
};
use crate::secrets::Secret;
use crate::web::locale::Locales;

const BUFFER: usize = 128 * 1024;

/// `tenantry check …`
#[derive(Args)]
#[command(
    after_help = "Without a value, questions come on standard input, one JSON object a line, and answers go out in the same order.\nExit status: 0, 1 when something was refused, 2 when asked wrongly."
)]
pub struct Check {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// May this address open a work account? Also takes plain addresses, one a line.
    Email {
        /// An address, or {"email"}.
        value: Option<String>,
        /// Accept names reserved for tests (.test, .example, .localhost).
        #[arg(long)]
        allow_test_names: bool,
    },
    /// May an organisation be called this?
    Organization {
        /// A name, or {"name", "country", "lang"}.
        value: Option<String>,
        #[command(flatten)]
        reading: Reading,
    },
    /// Do country, region, city and postal code agree?
    Address(AddressArguments),
    /// May this be a password? It is read from standard input, or asked for without showing it.
    Password {
        /// A name of the person; may be given several times.
        #[arg(long = "name", value_name = "NAME")]
        names: Vec<String>,
        /// A name of the organisation; may be given several times.
        #[arg(long = "organization", value_name = "NAME")]
        organizations: Vec<String>,
    },
    /// How is this written in Western European characters?
    Transliterate {
        /// A text, or {"text", "country", "lang"}.
        value: Option<String>,
        #[command(flatten)]
        reading: Reading,
    },
}

#[derive(Args)]
struct Reading {
    /// The country, ISO 3166-1 alpha-2.
    #[arg(long, default_value_t)]
    country: String,
    /// The language, BCP 47.
    #[arg(long, default_value_t)]
    lang: String,
}

#[derive(Args)]
struct AddressArguments {
    /// {"country", "postal_code", "region", "city", "suburb", "address_lines"}.
    value: Option<String>,
    /// The country, ISO 3166-1 alpha-2.
    #[arg(long, default_value_t)]
    country: String,
    /// The postal code.
    #[arg(long, default_value_t)]
    postal_code: String,
    /// The state, province or other part of the country.
    #[arg(long, default_value_t)]
    region: String,
    /// The city.
    #[arg(long, default_value_t)]
    city: String,
    /// The part of the city, where the country's addresses name it.
    #[arg(long, default_value_t)]
    suburb: String,
    /// A line of the street address; may be given several times.
    #[arg(long = "line", value_name = "LINE")]
    lines: Vec<String>,
}

impl What {
    fn kind(&self) -> Kind {
        match self {
            Self::Email { .. } => Kind::Email,
            Self::Organization { .. } => Kind::Organization,
            Self::Address(_) => Kind::Address,
            Self::Password { .. } => Kind::Password,
            Self::Transliterate { .. } => Kind::Transliterate,
        }
    }

    /// The value given as argument; the parts of an address together are one.
    fn value(&self) -> Option<&str> {
        match self {
            Self::Email { value, .. }
            | Self::Organization { value, .. }
            | Self::Transliterate { value, .. } => value.as_deref(),
            Self::Address(address) => address.value.as_deref().or_else(|| {
                let parts = [&address.country, &address.postal_code, &address.region, &address.city];
                (parts.iter().any(|part| !part.is_empty()) || !address.lines.is_empty()).then_some("")
            }),
            Self::Password { .. } => None,
        }
    }

    /// The question about a value that isn't JSON, with what the options add to it.
    fn question(&self, value: &str) -> Option<Question> {
        let value_of = |kind| Question::from_value(kind, value);
        match self {
            Self::Email { .. } => value_of(Kind::Email),
            Self::Organization { reading, .. } => Some(Question::Organization(OrganizationQuestion {
                name: value.to_owned(),
                country: reading.country.clone(),
                lang: reading.lang.clone(),
            })),
            Self::Transliterate { reading, .. } => Some(Question::Transliterate(TransliterateQuestion {
                text: value.to_owned(),
                country: reading.country.clone(),
                lang: reading.lang.clone(),
            })),
            Self::Address(_) if !value.is_empty() => None,
            Self::Address(address) => Some(Question::Address(Box::new(AddressQuestion {
                country: address.country.clone(),
                postal_code: address.postal_code.clone(),
                region: address.region.clone(),
                city: address.city.clone(),
                suburb: address.suburb.clone(),
                address_lines: (!address.lines.is_empty()).then(|| address.lines.clone()),
                ..AddressQuestion::default()
            }))),
            Self::Password { names, organizations } => Some(Question::Password(PasswordQuestion {
                password: Secret::new(value),
                names: names.clone(),
                organizations: organizations.clone(),
            })),
        }
    }

    /// Whether a line that isn't JSON is a value in itself.
    fn takes_plain_lines(&self) -> bool {
        matches!(self, Self::Email { .. } | Self::Password { .. })
    }
}

/// One run of the command.
struct Run<'a> {
    what: &'a What,
    judge: Judge<'a>,
}

impl Check {
    /// Answers what was asked.
    #[must_use]
    pub fn run(&self, config: &Config, json: bool) -> ExitCode {
        let allowed = config.eligibility.allow_test_names
            || matches!(self.what, What::Email { allow_test_names: true, .. });
        let (rules, locales) = match (email_rules(&config.eligibility, allowed), Locales::embedded()) {
            (Ok(rules), Ok(locales)) => (rules, locales),
            (Err(error), _) => return misused(&format!("eligibility.lists: {error}")),
            (_, Err(error)) => return fail(&error),
        };
        self.with(config, &rules, &locales, json)
    }

    fn with(&self, config: &Config, rules: &EmailRules, locales: &Locales, json: bool) -> ExitCode {
        let locale = locale(locales);
        let judge = Judge { rules, locale: &locale, product: &config.product.name };
        let run = Run { what: &self.what, judge };
        let result = match (self.what.value(), &self.what) {
            (Some(value), _) => return one(&run, value, json),
            (None, What::Password { .. }) if io::stdin().is_terminal() => {
                let label = locale.t("cli-password");
                match rpassword::prompt_password(format!("{label}: ")) {
                    Ok(typed) => return one(&run, Secret::new(typed).expose(), json),
                    Err(error) => Err(error),
                }
            }
            _ => {
                let output = BufWriter::with_capacity(BUFFER, io::stdout().lock());
                run.stream(&mut BufReader::with_capacity(BUFFER, io::stdin().lock()), output)
            }
        };
        match result {
            Ok(refused) => status(refused),
            // Whoever reads has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => status(true),
            Err(error) => fail(&error),
        }
    }
}

fn one(run: &Run<'_>, value: &str, json: bool) -> ExitCode {
    let Some(answer) = run.answer_value(value) else {
        return misused(&run.judge.locale.t("cli-address-needs-parts"));
    };
    let written = if Output::new(json) == Output::Json {
        write_line(&mut io::stdout().lock(), &answer)
    } else {
        show::answer(&answer)
            .map_err(io::Error::from)
            .and_then(|table| io::stdout().lock().write_all(table.as_bytes()))
    };
    match written {
        Ok(()) => status(answer.is_refused()),
        Err(error) => fail(&error),
    }
}

impl Run<'_> {
    fn answer_value(&self, value: &str) -> Option<Answer> {
        if self.what.kind() != Kind::Password && begins_object(value.as_bytes()) {
            return Some(self.answer_line(value.as_bytes()));
        }
        Some(self.judge.answer(&self.what.question(value)?))
    }

    /// Answers one line, whatever is on it.
    fn answer_line(&self, line: &[u8]) -> Answer {
        let kind = self.what.kind();
        let question = if self.what.takes_plain_lines() && !begins_object(line) {
            std::str::from_utf8(line).ok().and_then(|text| self.what.question(text))
        } else {
            Question::from_json(kind, line).ok().map(|question| self.with_options(question))
        };
        match question {
            Some(question) => self.judge.answer(&question),
            None => self.judge.unreadable(kind, Code::InputInvalid),
        }
    }

    fn with_options(&self, mut question: Question) -> Question {
        if let (Question::Password(asked), What::Password { names, organizations }) =
            (&mut question, self.what)
        {
            asked.names.extend_from_slice(names);
            asked.organizations.extend_from_slice(organizations);
        }
        question
    }

    /// Answers line by line, and whether anything was refused. What was answered is written out before the input is
    /// waited for, so a program may ask and read in turn.
    fn stream<R: io::Read>(&self, input: &mut BufReader<R>, mut output: impl Write) -> io::Result<bool> {
        let (mut line, mut refused, mut first) = (Vec::new(), false, true);
        while let Some(found) = lines::next(input, &mut line)? {
            let bytes = if first { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line) } else { &line };
            let answer = match found {
                Line::Whole => self.answer_line(bytes),
                Line::TooLong => self.judge.unreadable(self.what.kind(), Code::InputTooLarge),
            };
            first = false;
            refused |= answer.is_refused();
            write_line(&mut output, &answer)?;
            if self.what.kind() == Kind::Password {
                line.zeroize();
            }
            if input.buffer().is_empty() {
                output.flush()?;
            }
        }
        output.flush()?;
        Ok(refused)
    }
}

fn write_line(output: &mut impl Write, answer: &Answer) -> io::Result<()> {
    serde_json::to_writer(&mut *output, answer).map_err(io::Error::from)?;
    output.write_all(b"\n")
}

fn status(refused: bool) -> ExitCode {
    ExitCode::from(u8::from(refused))
}

#[cfg(test)]
mod tests;
