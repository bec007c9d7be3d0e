//! Given names in English: short forms, and those of women.

use crate::story::lexicon::words::among;

/// Given names with their short forms.
const GIVEN_NAMES: [&str; 44] = [
    "Daniel Dan Danny",
    "Thomas Tom Tommy",
    "William Will Bill Billy Willie",
    "Robert Rob Bob Bobby Robbie Bert",
    "Richard Dick Rick Richie",
    "Edward Ned Ted Teddy Eddie Ed",
    "James Jim Jimmy Jamie",
    "John Jack Johnny",
    "Joseph Joe Joey",
    "Michael Mike Mick Mickey",
    "Samuel Sam Sammy",
    "Benjamin Ben Benny Benjy",
    "Nicholas Nick Nicky",
    "Anthony Tony",
    "Andrew Andy Drew",
    "Matthew Matt Matty",
    "Peter Pete",
    "Henry Harry Hal Hank",
    "Charles Charlie Chuck",
    "George Georgie",
    "Frederick Fred Freddie Freddy",
    "Albert Bertie",
    "Arthur Art",
    "Christopher Chris Kit",
    "Stephen Steven Steve",
    "David Dave Davy",
    "Jonathan Jon",
    "Timothy Tim Timmy",
    "Patrick Pat Paddy",
    "Elizabeth Lizzie Liz Beth Betty Bess Eliza Libby",
    "Margaret Maggie Meg Peggy Madge Greta",
    "Katherine Catherine Kate Katie Kitty Cathy",
    "Mary Molly Polly",
    "Eleanor Nell Nellie Ellie Nora",
    "Susan Sue Susie",
    "Charlotte Lottie Lotty",
    "Rebecca Becky",
    "Deborah Debbie",
    "Victoria Vicky",
    "Dorothy Dot Dolly Dottie",
    "Frances Fanny Frankie",
    "Abigail Abby",
    "Alexandra Alexander Alex Sandy Sasha",
    "Josephine Jo Josie",
];

/// "Danny" is Daniel.
pub fn same_given_name(one: &str, other: &str) -> bool {
    one != other && GIVEN_NAMES.iter().any(|row| among(one, row) && among(other, row))
}

/// Given names of women, as far as no man bears them; small letters.
const WOMENS_NAMES: [&str; 10] = [
    "abigail ada agatha agnes alice alicia amanda amelia amina amy anastasia angela anna anne annie antonia aria astrid audrey aurora ava",
    "barbara beatrice becky bella bertha beth betty bianca bridget brenda camilla carla carmen carol caroline cassandra catherine cecilia celia charlotte chloe christina clara claire cleo cora cordelia",
    "daisy daphne deborah delia della diana dinah dolly dolores dora doris dorothy edith edna eileen elaine eleanor elena eliza elizabeth ella ellen elsa elsie emily emma erin esme esther ethel eva eve evelyn",
    "faith fanny fatima felicity fiona flora florence frances freya gabriella gemma georgina gertrude gina gloria grace greta gwen hannah harriet hattie hazel heather heidi helen helena henrietta hilda hope",
    "ida imogen inez ines ingrid irene iris isabel isabella isla ivy jane janet jasmine jean jemima jennifer jenny jessica jill joan joanna josephine joy joyce judith julia juliet june karen kate katherine kathleen katie keeley kirsty kitty",
    "lara laura lavinia leah leila lena letty lila lillian lily linda liz lizzie lola lorna lottie louisa louise lucia lucy luna lydia mabel madeleine maggie mara margaret margot maria marian marianne marie marina marion marjorie martha mary matilda maud may",
    "meg megan melissa mercy mia mildred millie minnie mina miranda miriam moira molly mona muriel myra myrtle nadia nancy naomi natalie natasha nell nellie nina nora olga olive olivia opal ophelia patience patricia paula pauline pearl peggy penelope penny",
    "petra philippa phoebe phyllis pippa polly poppy portia posy priscilla prudence rachel ramona rebecca rhoda rita rosa rosalind rose rosemary rosie rowena ruby ruth sadie sally samantha sara sarah selma serena sheila shirley sigrid silvia sofia sonia sophia sophie stella",
    "susan susanna susie sybil sylvia tabitha tamara tania tara tessa thea thelma theresa tilda tilly tina trudy una ursula valerie vanessa vera verity veronica victoria viola violet virginia vivian wanda wendy wilhelmina willa winifred yasmin yolanda yvonne zara zelda zoe zora",
    "aisha amara anjali aditi ayesha chidinma fatou imani keiko khadija lakshmi layla mei meera nneka noor priya sakura shreya sita uma xiulan yuki zainab zeynep",
];

/// Whether a given name is a woman's and no man's.
pub fn is_womans(name: &str) -> bool {
    let name = name.to_lowercase();
    WOMENS_NAMES.iter().any(|row| among(&name, row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_and_women() {
        assert!(same_given_name("Danny", "Daniel") && !same_given_name("Danny", "Danny"));
        assert!(!same_given_name("Tom", "Tim"));
        assert!(is_womans("Keeley") && !is_womans("Keith"));
    }
}
