//! `demo`: the fictional world made, loaded, resolved and opened on loopback, with one sign-in per role; or, with
//! `--check`, the same story told without a browser.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, bail};
use desk::Desk;
use desk::sign_in::Visitor;
use desk::users::NewUser;
use domain::authority::{Origin, Role};
use domain::id::Randomness;
use feeds::folder::Folder;
use serde::Deserialize;

use crate::command::{agreement, papers, serve, story, world};
use crate::root::{self, Opened, SystemRandomness};
use crate::{place, reader, say};

/// Makes the fictional world and opens a working desk on it.
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder for the world and the data; made anew each time.
    #[arg(long, default_value = "predicate-demo")]
    data: PathBuf,
    /// Everything in the world follows from this number.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// small, medium, large, or a number of records.
    #[arg(long, default_value = "small", value_parser = world::size)]
    size: ::world::Size,
    /// Port on loopback; 0 lets the system choose.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Tells the story without a browser, prints its figures as one JSON line, and ends.
    #[arg(long)]
    check: bool,
    /// Delivers the next release of the world to the demo that is running over this folder, and ends.
    #[arg(long, conflicts_with = "check")]
    next: bool,
    /// Does not open a browser window. None is opened anyway; kept for scripts.
    #[arg(long, hide = true)]
    no_open: bool,
}

/// What `world.json` says of a release.
#[derive(Debug, Clone, Deserialize)]
pub struct WorldRelease {
    /// Dataset name.
    pub dataset: String,
    /// Folder under the world's own.
    pub path: String,
    /// Its date.
    pub date: String,
    /// From 1, per dataset.
    pub number: u64,
    /// What happens in it, in one line.
    #[serde(default)]
    pub what_happens: String,
}

#[derive(Deserialize)]
struct Manifest {
    releases: Vec<WorldRelease>,
}

/// A demo that stands: desk, people, and the releases that are still to come.
pub struct Stage {
    /// The desk.
    pub opened: Opened,
    /// One visitor for each role, and a second investigator at the end.
    pub people: Vec<Person>,
    /// The folder that is followed.
    pub feed: PathBuf,
    /// The world's folder.
    pub world: PathBuf,
    /// The case that holds the world's papers.
    pub papers: papers::Filed,
    /// Figures of the loading.
    pub figures: Figures,
}

/// Somebody of the demo.
#[derive(Clone)]
pub struct Person {
    /// Name for signing in.
    pub name: &'static str,
    /// Role shown to the newcomer.
    pub role: Role,
    /// Password, made at random for this demo.
    pub password: String,
    /// Signed in.
    pub visitor: Visitor,
}

impl Person {
    /// The line that tells how to sign in: role, name, password.
    pub fn sign_in(&self) -> String {
        format!(
            "sign-in: {} {} {}",
            self.role.word(),
            self.name,
            self.password
        )
    }
}

/// What loading took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Figures {
    /// Records taken.
    pub records: u64,
    /// Seconds from the first file to searchable and resolved.
    pub load_seconds: f64,
    /// Proposals made.
    pub proposals: u64,
}

/// Runs `demo`.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    if arguments.next {
        return deliver_next(&arguments.data);
    }
    let stage = set(arguments)?;
    if arguments.check {
        return story::check(stage);
    }
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", arguments.port))
            .await
            .with_context(|| format!("port {} is taken; say --port", arguments.port))?;
        let own = listener.local_addr()?;
        // Passkeys are for names, so they are made where the address is written with one.
        stage.opened.desk.set_outside(desk::live::Outside {
            address: format!("http://localhost:{}", own.port()),
            ..root::OutsideArguments::default().read()?
        });
        say::line(format!("desk: http://{own}"));
        for person in &stage.people {
            say::line(person.sign_in());
        }
        for line in story::actors(&stage.world)? {
            say::line(line);
        }
        say::line("next: `cargo xtask demo --next` delivers the next release while you watch");
        let steward = person(&stage.people, "dara")?.visitor.clone();
        serve::follow_folder(stage.opened.desk.clone(), steward, &stage.feed)?;
        serve::serve(stage.opened, listener, true, serve::Front::default()).await
    })
}

const MARK: &str = "this-folder-is-made-anew-by-predicate-demo";

fn set(arguments: &Arguments) -> anyhow::Result<Stage> {
    make_room(&arguments.data)?;
    let folder = arguments.data.join("world");
    let began = Instant::now();
    let options = ::world::Options {
        seed: arguments.seed,
        size: arguments.size,
    };
    ::world::write(&folder, &options)?;
    say::note(format!(
        "the world of Merravin, seed {}, in {:.1} s",
        arguments.seed,
        began.elapsed().as_secs_f64()
    ));

    let data = arguments.data.join("data");
    std::fs::create_dir_all(&data)?;
    std::fs::copy(folder.join("map.geojson"), data.join(desk::map::base::FILE))?;
    let opened = root::open(&data, true, true)?;
    let people = sign_everybody_in(&opened.desk)?;
    let steward = person(&people, "dara")?.visitor.clone();
    let auditor = person(&people, "aude")?.visitor.clone();
    let figures = load(&opened.desk, (&steward, &auditor), &folder)?;
    let papers = file_papers(&opened.desk, &people, &folder)?;
    let feed = arguments.data.join("feed");
    queue(&folder, &feed)?;
    Ok(Stage {
        opened,
        people,
        feed,
        world: folder,
        papers,
        figures,
    })
}

/// Jonas's case with the papers that have been published so far.
fn file_papers(desk: &Desk, people: &[Person], folder: &Path) -> anyhow::Result<papers::Filed> {
    let actor = |name| person(people, name).map(|person| &person.visitor.actor);
    let mut releases = releases(folder)?;
    releases.retain(|release| release.dataset == "documents");
    let filed = papers::file(desk, (actor("jonas")?, actor("sora")?), folder, &releases)?;
    say::note(format!(
        "{} papers filed as evidence in case {} of Jonas Pell",
        filed.papers, filed.number
    ));
    match reader::read(desk) {
        Some(read) => say::note(format!("{} pages of them can be searched", read.pages)),
        None => say::note("their text is not read: predicate-extract is not there"),
    }
    Ok(filed)
}

fn make_room(data: &Path) -> anyhow::Result<()> {
    if data.exists() {
        let empty = data.read_dir()?.next().is_none();
        if !empty && !data.join(MARK).exists() {
            bail!(
                "`{}` holds something that is not a demo; say --data with another folder",
                data.display()
            );
        }
        std::fs::remove_dir_all(data)?;
    }
    std::fs::create_dir_all(data)?;
    std::fs::write(data.join(MARK), "")?;
    Ok(())
}

const PEOPLE: [(&str, &str, Role); 7] = [
    ("ada", "Ada Morcant", Role::Administrator),
    ("ines", "Ines Calder", Role::Investigator),
    ("sora", "Sora Whitlock", Role::Supervisor),
    ("dara", "Dara Quill", Role::DataSteward),
    ("rune", "Rune Aldous", Role::RecordsOfficer),
    ("aude", "Aude Ferrant", Role::Auditor),
    ("jonas", "Jonas Pell", Role::Investigator),
];

fn sign_everybody_in(desk: &Desk) -> anyhow::Result<Vec<Person>> {
    let mut people = Vec::new();
    for (number, (name, title, role)) in PEOPLE.into_iter().enumerate() {
        let mut secret = [0u8; 8];
        SystemRandomness.fill(&mut secret);
        let password = domain::audit::hex(&secret);
        let new = NewUser {
            name: name.into(),
            title: title.into(),
            roles: vec![role],
            password: password.clone(),
        };
        if number == 0 {
            desk.first_user(&new)?;
        } else {
            let administrator: &Person = person(&people, "ada")?;
            desk.add_user(&administrator.visitor.actor, &new)?;
        }
        let signed_in = desk.sign_in(name, &password, Origin::CommandLine)?;
        let visitor = desk.visitor(&signed_in.token, Origin::CommandLine)?;
        people.push(Person {
            name,
            role,
            password,
            visitor,
        });
    }
    Ok(people)
}

/// Finds somebody of the demo by name.
pub fn person<'a>(people: &'a [Person], name: &str) -> anyhow::Result<&'a Person> {
    people
        .iter()
        .find(|person| person.name == name)
        .with_context(|| format!("nobody is called `{name}`"))
}

fn load(
    desk: &Desk,
    (steward, auditor): (&Visitor, &Visitor),
    folder: &Path,
) -> anyhow::Result<Figures> {
    let began = Instant::now();
    let known = place::world()?;
    let now = desk.now();
    for place in &known {
        desk.bring_dataset(&steward.actor, &place.dataset(now))?;
    }
    for release in releases(folder)?
        .iter()
        .filter(|release| release.number == 1)
    {
        if known.iter().any(|place| place.name == release.dataset) {
            serve::deliver(desk, &steward.actor, &known, &arrived(folder, release)?)?;
        }
    }
    desk.catch_up(&mut |_| ())?;
    let names = known.iter().map(|place| place.name.clone()).collect();
    agreement::for_demonstration(desk, (&steward.actor, &auditor.actor), names)?;
    let run = desk.run_matching(&steward.actor)?;
    let records = desk.taken(&steward.actor)?;
    let figures = Figures {
        records,
        load_seconds: began.elapsed().as_secs_f64(),
        proposals: run.proposals,
    };
    say::note(format!(
        "{} records loaded, searchable and resolved in {:.1} s; {} proposals wait for people",
        figures.records, figures.load_seconds, figures.proposals
    ));
    Ok(figures)
}

/// All releases of a world, by date.
pub fn releases(folder: &Path) -> anyhow::Result<Vec<WorldRelease>> {
    let text = std::fs::read_to_string(folder.join("world.json"))?;
    let mut releases = serde_json::from_str::<Manifest>(&text)
        .context("world.json")?
        .releases;
    releases.sort_by(|a, b| (&a.date, &a.dataset).cmp(&(&b.date, &b.dataset)));
    Ok(releases)
}

fn arrived(folder: &Path, release: &WorldRelease) -> anyhow::Result<feeds::folder::Arrived> {
    let path = folder.join(&release.path);
    feeds::folder::Arrived::at(&release.dataset, &path).with_context(|| path.display().to_string())
}

/// Puts the releases still to come beside the followed folder, numbered in order of their dates.
fn queue(folder: &Path, feed: &Path) -> anyhow::Result<()> {
    Folder::open(feed)?;
    let known = place::world()?;
    let coming = releases(folder)?.into_iter().filter(|release| {
        release.number > 1 && known.iter().any(|place| place.name == release.dataset)
    });
    let mut lines = String::new();
    for release in coming {
        let (dataset, path, what) = (
            release.dataset,
            release.path,
            release.what_happens.replace('\n', " "),
        );
        lines.push_str(&format!("{dataset}\t{path}\t{what}\n"));
    }
    std::fs::write(feed.join("coming.tsv"), lines)?;
    Ok(())
}

/// Delivers the next release to a running demo: written beside, then renamed into the followed folder.
fn deliver_next(data: &Path) -> anyhow::Result<()> {
    let what = next(&data.join("world"), &data.join("feed"))?;
    match what {
        Some(what) => say::line(format!("delivered: {what}")),
        None => say::line("every release of this world has been delivered"),
    }
    Ok(())
}

/// Moves the next release into the followed folder and tells what happens in it.
pub fn next(world: &Path, feed: &Path) -> anyhow::Result<Option<String>> {
    let list = feed.join("coming.tsv");
    let text = std::fs::read_to_string(&list)
        .context("no demo stands in this folder; run `predicate demo` first")?;
    let Some((line, rest)) = text.split_once('\n') else {
        return Ok(None);
    };
    let mut parts = line.splitn(3, '\t');
    let (Some(dataset), Some(path)) = (parts.next(), parts.next()) else {
        bail!("`{}` is damaged", list.display())
    };
    let what = format!("{dataset}: {}", parts.next().unwrap_or_default());
    let from = world.join(path);
    let label = from
        .file_name()
        .context("a release has a folder")?
        .to_string_lossy()
        .into_owned();
    let to = feed.join("incoming").join(dataset);
    std::fs::create_dir_all(&to)?;
    let part = to.join(format!("{label}.part"));
    std::fs::create_dir_all(&part)?;
    for file in std::fs::read_dir(&from)? {
        let file = file?;
        std::fs::copy(file.path(), part.join(file.file_name()))?;
    }
    std::fs::rename(&part, to.join(&label))?;
    std::fs::write(&list, rest)?;
    Ok(Some(what))
}
