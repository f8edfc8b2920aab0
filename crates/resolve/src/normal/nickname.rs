//! Short and familiar forms of given names, as groups of folded spellings.
//!
//! A name may stand in several groups ("sam"); two names are related when one group holds both.

use std::collections::HashMap;
use std::sync::OnceLock;

/// One group a line, the formal name first. Facts of the languages, gathered by hand.
const GROUPS: &str = "
william bill will billy willy liam wilhelm willem guillermo guillaume guglielmo willi
robert bob rob bobby robbie roberto bert
richard dick rick rich ricky riccardo ricardo
james jim jimmy jamie jem
john johnny jack jon johan johannes jan hans juan giovanni ioannis yannis ivan ian sean jean joao gianni
thomas tom tommy tomas tommaso
joseph joe joey jose giuseppe josef beppe pepe yusuf youssef yosef iosif
charles charlie chuck carlos carlo karl carl chas
christopher chris kit topher christoph cristobal
christian chris kris
christine chris tina christina kristina chrissie
daniel dan danny daniele
matthew matt matteo matthias mateo
anthony tony antonio anton antony toni
stephen steve steven stefan stephan stefano esteban stepan etienne
edward ed eddie ted ned eduardo edouard eduard teddy
edwin ed eddie
edgar ed eddie
edmund ed ted ned
theodore ted theo teddy fyodor fedor teodoro theodor
andrew andy drew andre andreas andres andrea andrei andrey andrzej
kenneth ken kenny
joshua josh
timothy tim timmy timofey
ronald ron ronnie
jeffrey jeff geoffrey geoff
gregory greg gregor grigori grigoriy
benjamin ben benny benji
samuel sam sammy
samantha sam sammy
patrick pat paddy patricio
patricia pat patty trish tricia patrizia
alexander alex sandy sasha alexandr aleksandr alessandro alejandro xander shura sander alec oleksandr
alexandra alex sandra sasha aleksandra alessandra alejandra lexi shura
alexis alex
nicholas nick nicky nicolas nikolas nikolaus niccolo klaus nikolai nikolay mykola kolya
jonathan jon jonny
peter pete pedro pierre pietro petr pyotr piotr petros
michael mike mick mikey miguel michel michele mikhail misha micky mykhailo michal
elizabeth liz beth betty eliza lizzie libby elisabeth lisa elisa isabel bess elsie lise ella
isabella bella isabel izzy
jennifer jen jenny
jessica jess jessie
margaret maggie meg peggy greta marguerite margherita margarita margarete rita madge malgorzata gosia gretchen
katherine kate kathy katie catherine cathy kathryn katharina katarina caterina catalina ekaterina katya katarzyna kasia kit kay kitty yekaterina cath
kimberly kim
deborah deb debbie debra
susan sue susie susanna suzanne susana
rebecca becky becca
victoria vicky vicki tori
barbara barb babs barbie
stephanie steph stefanie stefania
amanda mandy
cynthia cindy
pamela pam
theresa terry tess teresa tessa therese
terence terry
jacqueline jackie
abigail abby gail
francis frank francisco paco pancho franco francesco francois franz frankie fran
frances fran francesca francisca francoise franny
franklin frank
ignacio nacho
enrique quique henry harry hank enrico heinrich heinz henri hal henrik
guadalupe lupe
dolores lola
concepcion concha
manuel manolo emmanuel emanuel manny
rafael rafa raphael
aleksei lyosha alexei aleksey oleksiy alyosha lesha
dmitri dima dmitry dmytro dmitriy
vladimir vova volodymyr volodya
vladislav vlad
sergei seryozha sergey serhiy sergio serge
maria masha mary marie mariya molly polly marija maryam mariam maruska
anna anya ann anne hannah ana annie nancy hanna anja
natalia natasha natalya nataliya natalie
olga olya
friedrich fritz frederick fred freddy federico frederic fredrik
alfred alf fred
stanislaw staszek stanislav stan
agnieszka aga agnes ines agnese
mehmet memo mohammed muhammad mohamed mohammad muhammed mehmed muhamad moh mhmd
mustafa musti
konstantinos kostas konstantin constantine costas
donald don donnie
ronan ron
raymond ray raymundo
lawrence larry lorenzo laurence lars
leonard len lenny leonardo leo
leopold leo
george georgie jorge giorgio georg georges georgios yuri yury jerzy jurgen giorgos
albert al bert alberto bertie
alan al allan allen
douglas doug
walter walt wally
harold harry hal
herbert herb bert
eugene gene evgeny yevgeny eugenio evgenii zhenya
gerald gerry jerry
jeremy jerry jem
philip phil felipe philippe filippo pip
vincent vince vinny vincenzo vicente
zachary zach zack
nathaniel nat nathan nate
martin marty martino
oliver ollie oli
david dave davy davide
arthur art artie arturo
louis lou luis luigi ludwig lewis louie ludovic
louise lou luisa luise
eleanor ellie nell nora elena leonora helen helena ellen eleanora nellie
dorothy dot dottie dolly dorothea
florence flo florrie
gwendolyn gwen
judith judy
josephine josie jo
joanna jo joanne johanna
sarah sally sara sadie
virginia ginny
veronica ronnie roni
valerie val
caroline carrie carol carolina karoline lina
charlotte lottie charlie carlotta
emily em emmy emilia
wilhelmina minnie mina
harriet hattie
henrietta etta hettie
matilda tilly mathilde maud
millicent millie
mildred millie
penelope penny
rosemary rose rosie
winifred winnie freda
sophia sophie sofia sofie sonya zofia
giulia julia julie yuliya yulia giulietta
julian jules giuliano julio julius
hassan hasan
hussein husayn hossein husain hussain
omar umar
abdullah abdallah abdulla
osama usama
ahmed ahmad
yousef youssef yusuf yousuf joseph
";

/// Up to two group numbers of a folded given name, zero where there is none.
pub fn groups(folded: &str) -> [u16; 2] {
    static TABLE: OnceLock<HashMap<&'static str, [u16; 2]>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let mut table: HashMap<&'static str, [u16; 2]> = HashMap::new();
        for (number, line) in (1u16..).zip(GROUPS.trim().lines()) {
            for name in line.split(' ') {
                let entry = table.entry(name).or_default();
                match entry {
                    [first, _] if *first == 0 => *first = number,
                    [_, second] if *second == 0 => *second = number,
                    _ => {}
                }
            }
        }
        table
    });
    table.get(folded).copied().unwrap_or_default()
}

/// Whether two names stand in one group.
pub fn related(a: [u16; 2], b: [u16; 2]) -> bool {
    a.iter().any(|x| *x != 0 && b.contains(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn familiar_forms() {
        let check = |a, b, want| assert_eq!(related(groups(a), groups(b)), want, "{a} {b}");
        check("bill", "william", true);
        check("sam", "samuel", true);
        check("sam", "samantha", true);
        check("samuel", "samantha", false);
        check("nobody", "nobody", false);
    }
}
