"""What the gate understands: every word that a sentence of a note may use beside names, quotations and numbers.

The vocabulary is closed. A word that is not here says something that nobody has thought about checking, so the
sentence is refused; what a word is allowed to claim is told by its meaning, and each meaning has its check.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from litwatch.domain.study import Design


class Meaning(StrEnum):
    """What a word or a phrase claims."""

    PLAIN = "plain"
    """Nothing that needs a row behind it."""
    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    CHANGED = "changed"
    """It moved; which way is not said."""
    UNCLEAR = "unclear"
    """A result without a direction."""
    MIXED = "mixed"
    LIKEWISE = "likewise"
    """As in the sentence before."""
    VARIES = "varies"
    """The rows of one name went different ways."""
    LOWER = "lower"
    """The measured value itself: `Outcome.change`."""
    HIGHER = "higher"
    NOT = "not"
    CONTRAST = "contrast"
    """Begins a new clause: what follows need not share the direction of what came before."""
    BETWEEN = "between"
    """Compared with somebody else."""
    WITHIN = "within"
    """Compared with the start."""
    ASSOCIATION = "association"
    """Goes together, no more."""
    OUTCOMES = "outcomes"
    """What a number of ledger rows counts."""
    PEOPLE = "people"
    TRIALS = "trials"
    PRIMARY = "primary"
    UNMENTIONED = "unmentioned"
    """The conclusion passes over an outcome."""
    INVITED = "invited"
    RANDOMISED = "randomised"
    ENROLLED = "enrolled"
    ANALYSED = "analysed"
    POOLED = "pooled"
    PLANNED = "planned"
    DESIGN = "design"
    """What kind of study it is: `DESIGN_WORDS`."""
    ALL = "all"
    MOST = "most"
    SIZE = "size"
    """How big or how sure. Needs backing that no row gives, so it stands only in sentences known word for word."""
    CAUSE = "cause"
    """Why. Likewise."""
    ADVICE = "advice"
    """What to do. Likewise."""


_PHRASES = {
    Meaning.BETTER: (
        "better; improved; improve; improves; improving; improvement; improvements; eased; eases; relieved; "
        "relieves; benefit; benefited; benefits; got better; in favour of; went the right way; for the better; "
        "gain; gains; gained"
    ),
    Meaning.WORSE: (
        "worse; worsened; worsen; worsens; worsening; got worse; harmed; deteriorated; deterioration; for the "
        "worse; went the wrong way; decline"
    ),
    Meaning.SAME: (
        "no clear change; no clear changes; no clear difference; no clear differences; without a clear change; "
        "without a clear difference; did not clearly change; did not clearly differ; did not differ; did not "
        "change; does not differ; do not differ; not clearly different; not different; no different; no change; "
        "no difference; no differences; unchanged; did not move; unmoved; stayed the same; stayed as it was; "
        "stayed as they were; stayed put; much the same; about the same; the same; alike; similar; did not budge; "
        "no effect; no clear effect; no benefit; no clear benefit; no improvement; no clear improvement; no "
        "advantage; no clear advantage; showed nothing; not clearly better or worse; neither better nor worse; no "
        "better and no worse; null; nulls; no clear link; without a clear link; no link; no association; no clear "
        "association; not linked; not associated; not clearly linked"
    ),
    Meaning.CHANGED: (
        "changed; change; changes; moved; move; differed; differ; differs; difference; differences; different"
    ),
    Meaning.UNCLEAR: (
        "unclear; reported; without a direction; told without a direction; without a clear direction; mixed or "
        "unclear; reported without a direction; reported without a clear direction; reported in the same way; not "
        "clear which way; which way is not said; without saying which way; no direction; no clear direction"
    ),
    Meaning.MIXED: "mixed; conflicting",
    Meaning.LIKEWISE: "in the same way",
    Meaning.VARIES: "different results",
    Meaning.LOWER: (
        "lower; lowered; fell; fewer; less; decreased; decrease; decreases; dropped; reduced; reduces; lowers; "
        "reduction; shorter"
    ),
    Meaning.HIGHER: ("higher; raised; raises; rose; more; increased; increase; increases; longer; more common; grew"),
    Meaning.NOT: (
        "not; no; none; neither; nor; never; without; nothing; nobody; cannot; hardly; barely; n't; didn't; "
        "doesn't; wasn't; weren't; isn't; aren't; don't; couldn't; hasn't; haven't; failed; fails; fail; lack; "
        "lacked; rather than"
    ),
    Meaning.CONTRAST: (
        "but; while; whereas; although; though; however; yet; whilst; except; unlike; despite; nevertheless; "
        "instead; still; in contrast; on the other hand"
    ),
    Meaning.BETWEEN: (
        "compared with; compared to; in comparison with; the comparison; than in the comparison; against the "
        "comparison; from the comparison; with the comparison; against; versus; than with; than without; than in; "
        "than the; than under; than after; than on; than those; control group; the control; controls; comparison "
        "group; other group; between groups; between the groups; relative to"
    ),
    Meaning.WITHIN: (
        "before and after; before against after; after than before; after against before; than before; than at "
        "the start; since the start; from the start; from baseline; over time; within the group; within groups; "
        "within a group; from before to after; against the start; compared with the start; compared with before; "
        "against baseline"
    ),
    Meaning.ASSOCIATION: (
        "associated; association; associations; linked; link; links; went together with; went with; goes with; go "
        "with; go together; goes together; went together; going with; went along with; related; correlated; "
        "correlation; tied to"
    ),
    Meaning.OUTCOMES: (
        "outcome; outcomes; result; results; measure; measures; measurement; measurements; rows; row; findings"
    ),
    Meaning.PEOPLE: (
        "people; person; participants; participant; adults; patients; patient; men; women; children; volunteers; "
        "individuals; older adults; athletes; players; runners; students; workers; subjects; n"
    ),
    Meaning.TRIALS: "trial; trials; study; studies; experiments; reports; papers",
    Meaning.PRIMARY: "primary; main outcome; main outcomes; chosen in advance",
    Meaning.UNMENTIONED: (
        "does not mention; do not mention; not mentioned; unmentioned; leaves out; passes over; says nothing of; "
        "says nothing about; names none; names neither; does not name; silent on; mentions none; mentions neither"
    ),
    Meaning.INVITED: "invited; asked to take part; approached; contacted; screened; eligible; assessed",
    Meaning.RANDOMISED: "randomised; randomized; assigned by chance; allocated by chance; drew lots",
    Meaning.ENROLLED: "enrolled; recruited; joined; entered",
    Meaning.ANALYSED: (
        "analysed; analyzed; counted in the end; in the analysis; completed; completing; answered; answering; returned"
    ),
    Meaning.POOLED: "pooled",
    Meaning.PLANNED: "planned; to be recruited; will take part; plans to",
    Meaning.ALL: "all; every; each; both; everything",
    Meaning.MOST: "most; the majority",
    Meaning.SIZE: (
        "mostly; largely; nearly; almost; many; several; few; some; numerous; half; quarter; third; small; large; "
        "big; huge; tiny; slight; slightly; modest; modestly; moderate; moderately; substantial; substantially; "
        "considerable; considerably; dramatic; dramatically; marked; markedly; strong; strongly; stronger; weak; "
        "weakly; weaker; major; minor; great; greatly; greater; greatest; significant; significantly; "
        "significance; remarkable; remarkably; impressive; impressively; striking; strikingly; powerful; "
        "powerfully; profound; profoundly; important; importantly; meaningful; meaningfully; notable; notably; "
        "vast; vastly; enormous; enormously; massive; massively; sharp; sharply; steep; steeply; much; far; very; "
        "highly; extremely; really; truly; clearly; clear; proven; proves; prove; proved; proof; certain; "
        "certainly; definite; definitely; undoubtedly; doubtless; surely; sure; conclusive; conclusively; "
        "convincing; convincingly; robust; robustly; reliable; reliably; consistent; consistently; always; "
        "completely; fully; entirely; totally; best; worst; breakthrough; groundbreaking; landmark; promising; "
        "potent; superior; inferior; unprecedented; excellent; good; bad; poor; rapid; rapidly; quickly; doubled; "
        "halved; tripled; twice; double; triple; twofold; threefold; safe; safely; dangerous; risky; harmless; "
        "cure; cures; cured; fully; noticeable; noticeably; noticed; notice"
    ),
    Meaning.CAUSE: (
        "effect; effects; effective; works; worked; helped; helps; help; treats; treated; led to; leads to; lead "
        "to; produced; prevents; prevented; prevent; protects; protected; thanks to; acts on; affected; affects; "
        "affect; influenced; influences; because; cause; causes; caused; causal; causing; due to; owing to; "
        "therefore; thus; hence; so; since; why; explains; explained; explain; reason; reasons; mechanism; "
        "mechanisms; results in; resulted in; stimulates; triggers; triggered; drives; drove; driven; suggests; "
        "suggest; suggesting; indicates; indicating; shows that; means that; demonstrates; confirms; confirmed; "
        "may; might; could; probably; likely; perhaps; possibly; would; presumably"
    ),
    Meaning.ADVICE: (
        "should; must; recommend; recommends; recommended; recommendation; advice; advise; advised; try; avoid; "
        "stop; start; ought; consider; you; your; we; our; us; i; doctor; doctors; need; needs; choose; buy; "
        "click; ignore"
    ),
    Meaning.PLAIN: (
        "a; an; the; this; that; these; those; it; its; they; their; them; who; whom; what; which; where; when; "
        "whether; how; and; or; of; in; on; at; to; for; from; with; by; as; than; into; over; under; among; "
        "between; across; after; before; during; about; per; up; through; within; is; are; was; were; be; been; "
        "being; has; have; had; do; does; did; can; will; also; only; too; then; here; there; other; others; "
        "another; once; each other; next; again; else; in short; the short version; to take away; in one line; "
        "the upshot; in all; told here; either; if; such; least; came; come; went; showed; shows; show; shown; "
        "told; tells; tell; say; says; said; gave; gives; given; give; named; names; found; finds; find; tested; "
        "tests; test; studied; asked; asks; ask; looked; looks; look; measured; measuring; compared; compares; "
        "compare; got; did; done; took; take; takes; put; set; kept; counted; made; makes; brought; took part; "
        "taking part; followed; had; aim; dose; own; brings; together; pools; counts; stood; stands; stand; left; "
        "remained; remain; stayed; ended; end; felt; feel; feels; paper; abstract; authors; author; team; "
        "researchers; journal; published; appeared; new; intervention; treatment; training; exercise; exercises; "
        "therapy; programme; program; group; groups; arm; arms; week; weeks; month; months; day; days; year; "
        "years; session; sessions; minutes; time; times; supervised; home; conclusion; conclude; concludes; "
        "concluded; words; sentence; ledger; list; estimate; estimates; number; numbers; interval; figures; "
        "figure; size; sizes; scale; side; sides; part; parts; note; symptom; symptoms; function; mood; fitness; "
        "blood; marker; markers; biomarker; biomarkers; tissue; structure; use; costs; behaviour; quality; life; "
        "daily; body; test; harm; harms; side effects; pulled apart; apart; together; direction; way; ways; "
        "point; points; following; below; above; respectively; namely; including; included; plus; overall; same; "
        "agree; agrees; disagree; disagrees"
    ),
}
"""Phrases by what they claim, separated by semicolons; the longest that fits at a place counts. Lower case."""

ACTIVE = frozenset(
    {
        *("improve", "improves", "eased", "eases", "relieved", "relieves", "lowered", "lowers", "raised", "raises"),
        *("reduced", "reduces", "harmed", "made", "makes", "brought"),
    }
)
"""Words that make the treatment do something: never of an association."""

DESIGN_WORDS = {
    Design.META_ANALYSIS: "meta-analysis; pooled analysis",
    Design.SYSTEMATIC_REVIEW: "systematic review",
    Design.RANDOMIZED_TRIAL: "randomised trial; randomised controlled trial; rct",
    Design.NONRANDOMIZED_TRIAL: "trial without randomisation; uncontrolled trial; non-randomised trial",
    Design.COHORT: "cohort study",
    Design.CASE_CONTROL: "case-control study",
    Design.CROSS_SECTIONAL: "cross-sectional study",
    Design.CASE_REPORT: "case report; case series",
    Design.PROTOCOL: "study protocol",
    Design.QUALITATIVE: "qualitative study",
    Design.ECONOMIC: "economic evaluation",
    Design.NARRATIVE_REVIEW: "narrative review",
    Design.GUIDELINE: "guideline",
    Design.COMMENTARY: "commentary",
    Design.ANIMAL: "animal study",
    Design.IN_VITRO: "laboratory study",
    Design.METHODS: "methods study",
    Design.OTHER: "other paper",
}
"""How a design may be called. A note that uses another design's name is wrong."""


@cache
def vocabulary() -> dict[str, tuple[tuple[tuple[str, ...], Meaning], ...]]:
    """First word → the phrases that begin with it, the longest first, with what they claim.

    Of a word in several lists the first list counts.
    """
    phrases: dict[tuple[str, ...], Meaning] = {}
    for meaning, listed in (*((Meaning.DESIGN, words) for words in DESIGN_WORDS.values()), *_PHRASES.items()):
        for phrase in listed.split("; "):
            phrases.setdefault(tuple(phrase.split()), meaning)
    by_first: dict[str, list[tuple[tuple[str, ...], Meaning]]] = {}
    for words in sorted(phrases, key=len, reverse=True):
        by_first.setdefault(words[0], []).append((words, phrases[words]))
    return {first: tuple(found) for first, found in by_first.items()}


@cache
def _idioms() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for listed in _PHRASES.values():
        for phrase in listed.split("; "):
            for word in phrase.split() if " " in phrase else ():
                found.setdefault(word, []).append(phrase)
    return {word: tuple(phrases) for word, phrases in found.items()}


def idioms_with(word: str) -> tuple[str, ...]:
    """The phrases of several words that `word` is one of."""
    return _idioms().get(word, ())
