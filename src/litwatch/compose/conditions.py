"""The conditions that studies are matched by: the name that we use, and the other writings of it.

A table to read and to extend. Writings stand between semicolons, in lower case, with blanks for hyphens; a writing may
stand under several names. Only writings of the same condition belong together: an update tells readers that two
studies are about the same people. (Ankylosing spondylitis is the radiographic form of axial spondyloarthritis, and
reviews pool the two: ASAS classification criteria, doi:10.1136/ard.2009.108233.)
"""

from __future__ import annotations

WRITINGS = {
    "axial spondyloarthritis": "axial spondyloarthropathy; axspa; radiographic axial spondyloarthritis; "
    "non radiographic axial spondyloarthritis; nonradiographic axial spondyloarthritis; ankylosing spondylitis; "
    "ankylosing spondyloarthritis; bechterew's disease",
    "psoriatic arthritis": "psa",
    "rheumatoid arthritis": "ra",
    "juvenile idiopathic arthritis": "jia; juvenile arthritis; juvenile rheumatoid arthritis",
    "gout": "gouty arthritis",
    "lupus": "systemic lupus erythematosus; sle; lupus erythematosus",
    "systemic sclerosis": "scleroderma",
    "myositis": "inflammatory myopathy; inflammatory myopathies; idiopathic inflammatory myopathies; polymyositis; "
    "dermatomyositis",
    "knee osteoarthritis": "osteoarthritis of the knee; osteoarthritis of knee; osteoarthritic knee; "
    "gonarthrosis; tibiofemoral osteoarthritis; knee joint osteoarthritis; knee and hip osteoarthritis; "
    "knee or hip osteoarthritis; knee and or hip osteoarthritis; hip and knee osteoarthritis; "
    "hip or knee osteoarthritis; hip and or knee osteoarthritis; osteoarthritis of the hip or knee; "
    "osteoarthritis of the knee or hip",
    "hip osteoarthritis": "osteoarthritis of the hip; osteoarthritis of hip; coxarthrosis; "
    "knee and hip osteoarthritis; knee or hip osteoarthritis; knee and or hip osteoarthritis; "
    "hip and knee osteoarthritis; hip or knee osteoarthritis; hip and or knee osteoarthritis; "
    "osteoarthritis of the hip or knee; osteoarthritis of the knee or hip",
    "hand osteoarthritis": "osteoarthritis of the hand",
    "low back pain": "lower back pain; lumbar pain; lbp; clbp; nslbp; cnslbp; nonspecific low back pain; "
    "non specific low back pain; lumbago; chronic back pain; back pain",
    "acute low back pain": "acute back pain; acute nonspecific low back pain; acute non specific low back pain; "
    "acute lower back pain; acute lbp",
    "subacute low back pain": "subacute nonspecific low back pain; subacute non specific low back pain; subacute lbp",
    "neck pain": "cervical pain; cervicalgia; neck ache",
    "shoulder pain": "painful shoulder",
    "subacromial pain syndrome": "subacromial impingement; subacromial impingement syndrome; shoulder impingement; "
    "shoulder impingement syndrome; subacromial pain",
    "frozen shoulder": "adhesive capsulitis",
    "patellofemoral pain": "patellofemoral pain syndrome; anterior knee pain",
    "lateral elbow pain": "tennis elbow; lateral epicondylitis; lateral epicondylalgia; lateral elbow tendinopathy",
    "plantar heel pain": "plantar fasciitis; plantar fasciopathy; plantar heel pain syndrome",
    "achilles tendinopathy": "achilles tendinitis; achilles tendinosis",
    "fibromyalgia": "fibromyalgia syndrome; fms",
    "chronic widespread pain": "widespread pain; chronic generalised pain",
    "chronic musculoskeletal pain": "persistent musculoskeletal pain; musculoskeletal pain",
    "chronic pain": "persistent pain; long term pain; longstanding pain",
    "neuropathic pain": "painful neuropathy; neuralgia",
    "chronic pelvic pain": "pelvic pain; persistent pelvic pain",
    "dysmenorrhoea": "primary dysmenorrhoea; menstrual pain; period pain",
    "endometriosis": "",
    "migraine": "episodic migraine; chronic migraine; migraines; migraine headache",
    "tension type headache": "tension headache; tension headaches; tension type headaches",
    "cervicogenic headache": "",
    "chronic headache": "primary headache; headache disorder",
    "temporomandibular disorder": "temporomandibular disorders; tmd; temporomandibular joint disorder; "
    "temporomandibular joint dysfunction; temporomandibular dysfunction",
    "complex regional pain syndrome": "crps",
    "chronic fatigue syndrome": "myalgic encephalomyelitis; me cfs",
    "multiple sclerosis": "ms",
    "parkinson's disease": "parkinson disease; parkinsonism; pd",
    "stroke": "hemiplegic stroke; chronic stroke; poststroke; post stroke hemiparesis",
    "inflammatory bowel disease": "inflammatory bowel diseases; ibd; crohn's disease; crohn disease; "
    "ulcerative colitis",
    "type 2 diabetes": "type 2 diabetes mellitus; t2dm; t2d; type ii diabetes; non insulin dependent diabetes",
    "metabolic syndrome": "",
    "overweight or obesity": "overweight; obesity; obese",
    "heart failure": "chronic heart failure; congestive heart failure; hfpef; hfref",
    "coronary heart disease": "coronary artery disease; ischaemic heart disease; cad",
    "hypertension": "essential hypertension; high blood pressure",
    "copd": "chronic obstructive pulmonary disease",
    "asthma": "",
    "chronic kidney disease": "ckd; chronic renal failure; end stage renal disease",
    "fatty liver disease": "nonalcoholic fatty liver disease; non alcoholic fatty liver disease; nafld; masld",
    "breast cancer": "breast carcinoma; breast neoplasms",
    "prostate cancer": "prostate carcinoma",
    "lung cancer": "non small cell lung cancer; nsclc",
    "colorectal cancer": "colon cancer; rectal cancer",
    "depression": "major depression; major depressive disorder; depressive disorder",
    "osteoporosis": "postmenopausal osteoporosis",
    "sarcopenia": "",
}
"""Name → other writings of it. The name itself is one of its writings."""

_QUALIFIERS = (
    "a an the of to chronic persistent recurrent early established mild moderate severe mildly moderately severely "
    "slight symptomatic painful active stable advanced late stage end grade primary idiopathic nonspecific mechanical "
    "long term longstanding standing clinical diagnosed newly notable symptoms unilateral bilateral"
)
QUALIFIERS = frozenset(_QUALIFIERS.split())
"""Words that say how much of a condition, not which; a condition outside the table is known by the others."""

PASSIVE = (
    "usual care",
    "usual treatment",
    "standard care",
    "standard of care",
    "routine care",
    "care as usual",
    "treatment as usual",
    "control condition",
    "control conditions",
    "control group",
    "control groups",
    "controls",
    "control",
    "no exercise",
    "no intervention",
    "no treatment",
    "non exercise",
    "nonexercise",
    "non intervention",
    "nonintervention",
    "inactive",
    "sedentary",
    "wait list",
    "waiting list",
    "waitlist",
    "advice",
    "education",
    "booklet",
    "leaflet",
    "attention control",
    "placebo",
    "sham",
    "minimal intervention",
)
"""What a comparator that is meant to do little is called."""

_ACTIVE = (
    "exercise exercises training stretching yoga pilates chi qigong walking physiotherapy therapy massage drug "
    "medication acupuncture manual manipulation relaxation strengthening aerobic resistance supplementation "
    "mobilisation mobilization programme program rehabilitation injection injections surgery"
)
ACTIVE = frozenset(_ACTIVE.split())
"""Words of a comparator that is a treatment of its own, unless they stand in one of the phrases above."""
