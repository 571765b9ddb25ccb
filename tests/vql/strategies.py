"""Random filters over costs: valid by construction but for a few, whose tags cannot be bound."""

from hypothesis import strategies as st

from eyrie.vql.tree import And, Field, Kind, Literal, Not, Operator, Or, Predicate, TagPairs

KEYS = ("env", "team", "Env", "")
VALUES = ("prod", "Prod", "core team", "Core-Team", "", "a%b", "it's", "stage")
PATTERNS = ("%", "%rod%", "p_od", r"a\%b", "core%", "", "%-%", "\\")
REGIONS = ("us", "eu", "", "a%b")
SERVICES = {"EC2": "Elastic Compute", "S3": "Simple Storage"}
HELD_SERVICES = ("EC2", "Elastic Compute", "S3", "Seats")
INTEGRATIONS = {"custom_provider": ("tok_1", "tok_2")}
PROVIDERS = ("aws", "gcp", "kubernetes", "opencost", "custom_provider")
PROVIDER_KEYS = ("aws", "gcp", "kubernetes", "opencost", "custom_provider", "custom_provider:tok_1", "openai")


def field(path):
    return Field(*path.split("."))


def text(value):
    return Literal(Kind.TEXT, value)


NULL = Literal(Kind.NULL, "")


def predicates_on(path, values, patterns=(), resembling=()):
    """Predicates on one field: all operators, now and then with NULL."""
    literal = st.sampled_from([*map(text, values), NULL])
    listed = st.lists(literal, min_size=1, max_size=3).map(tuple)
    made = [
        st.builds(lambda op, one: (op, (one,)), st.sampled_from((Operator.EQUAL, Operator.UNEQUAL)), literal),
        st.tuples(st.sampled_from((Operator.IN, Operator.NOT_IN)), listed),
        st.sampled_from(((Operator.IS_NULL, ()), (Operator.IS_NOT_NULL, ()))),
    ]
    for operators, words in (
        ((Operator.LIKE, Operator.NOT_LIKE), patterns),
        ((Operator.RESEMBLES, Operator.RESEMBLES_NOT), resembling),
    ):
        if words:
            one = st.sampled_from(words).map(lambda word: (text(word),))
            made.append(st.tuples(st.sampled_from(operators), one))
    return st.one_of(made).map(lambda test: Predicate(field(path), *test))


PLAIN = st.one_of(
    predicates_on("costs.region", REGIONS),
    predicates_on("costs.service", (*SERVICES, *SERVICES.values(), "Seats")),
    predicates_on("costs.category", REGIONS, PATTERNS),
    st.builds(
        lambda key: Predicate(field("costs.provider"), Operator.EQUAL, (text(key),)),
        st.sampled_from(PROVIDER_KEYS),
    ),
    st.builds(
        lambda op, flag: Predicate(field("costs.marketplace"), op, (Literal(Kind.BOOLEAN, flag),)),
        st.sampled_from((Operator.EQUAL, Operator.UNEQUAL)),
        st.sampled_from(("true", "false")),
    ),
)
NAMES = predicates_on("tags.name", KEYS, ("%", "e%", "_nv"))
NAMING = st.one_of(
    st.sampled_from(KEYS).map(lambda key: Predicate(field("tags.name"), Operator.EQUAL, (text(key),))),
    st.sampled_from(KEYS).map(
        lambda key: Predicate(field("tags.name"), Operator.IN, (text(key), text("env")))
    ),
    st.just(Predicate(field("tags.name"), Operator.LIKE, (text("%e%"),))),
    st.just(Or(tuple(Predicate(field("tags.name"), Operator.EQUAL, (text(key),)) for key in KEYS[:2]))),
)
VALUE_TESTS = predicates_on("tags.value", VALUES, PATTERNS, ("CORE TEAM", "prod", "it's"))
PAIRS = st.builds(
    TagPairs,
    st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from((*VALUES, None))), min_size=1, max_size=3).map(
        tuple
    ),
    st.booleans(),
)
WEIGHTS = st.sampled_from(("0", "0.5", "0.25", "1")).map(
    lambda number: Predicate(field("costs.allocation"), Operator.EQUAL, (Literal(Kind.NUMBER, number),))
)


def several(inner):
    return st.lists(inner, min_size=2, max_size=3).map(tuple)


def grown(leaves, *, around=True, size=5):
    """Trees of AND and OR, and of NOT unless weights are inside."""

    def more(inner):
        shapes = [several(inner).map(And), several(inner).map(Or)]
        return st.one_of([*shapes, inner.map(Not)] if around else shapes)

    return st.recursive(leaves, more, max_leaves=size)


def of_tag(inner):
    """A name and what is said of its tag, in any order, mixed with what is said of the row."""
    parts = st.tuples(NAMING, inner).flatmap(st.permutations)
    return parts.map(lambda shuffled: And(tuple(shuffled)))


TAGGED = of_tag(grown(VALUE_TESTS | PLAIN, size=4))
NESTED = of_tag(grown(VALUE_TESTS | PLAIN | TAGGED, size=4))
CONDITIONS = grown(PLAIN | NAMES | PAIRS | TAGGED | NESTED, size=5)
WEIGHTED = grown(
    PLAIN | TAGGED | of_tag(grown(VALUE_TESTS | PLAIN | WEIGHTS, around=False)) | WEIGHTS,
    around=False,
    size=6,
)
# What must be named is: every service there is, and one provider at least.
GUARDS = st.builds(
    lambda keys: (
        Or(tuple(Predicate(field("costs.provider"), Operator.EQUAL, (text(key),)) for key in keys))
        if len(keys) > 1
        else Predicate(field("costs.provider"), Operator.EQUAL, (text(keys[0]),)),
        Predicate(field("costs.service"), Operator.IN, tuple(map(text, (*SERVICES, "Seats")))),
    ),
    st.lists(st.sampled_from(PROVIDER_KEYS), min_size=1, max_size=4, unique=True),
)
FILTERS = st.builds(lambda guards, tree: And((*guards, tree)), GUARDS, CONDITIONS)
WEIGHTED_FILTERS = st.builds(lambda guards, tree: And((*guards, tree)), GUARDS, WEIGHTED)


def random_rows(random, count):
    """Rows that filters over the same words can tell apart."""
    for number in range(count):
        provider = random.choice(PROVIDERS)
        keys = random.sample(KEYS, random.choice((0, 0, 1, 1, 2, 3)))
        yield {
            "label": f"row {number}",
            "provider": provider,
            "integration": random.choice(INTEGRATIONS.get(provider, (provider,))),
            "region": random.choice((*REGIONS, None)),
            "service": random.choice(HELD_SERVICES),
            "category": random.choice((*REGIONS, "prod", "core team", None)),
            "charge_type": "Usage",
            "marketplace": random.random() < 0.3,
            "tags": {key: random.choice(VALUES) for key in keys},
        }


METADATA = ("7", "12", "7.50", "-3", "true", "2025-01-31", "", "x")
ORDERED = (Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST)


def of_key(path, key, values, patterns):
    """Predicates on one key of a map."""
    keyed = predicates_on(path, values, patterns)
    return keyed.map(lambda test: Predicate(Field(*path.split("."), key), test.operator, test.literals))


METADATA_TESTS = of_key("resources.metadata", "size", METADATA, ("%", "7%", "")) | st.builds(
    lambda operator, bound: Predicate(Field("resources", "metadata", "size"), operator, (text(bound),)),
    st.sampled_from(ORDERED),
    st.sampled_from((*METADATA, "007", "1e3", "abc")),
)
RESOURCE_FILTERS = grown(METADATA_TESTS | predicates_on("resources.label", VALUES, PATTERNS)).map(
    lambda tree: And((Predicate(field("resources.provider"), Operator.IN, (text("aws"), text("gcp"))), tree))
)
LABEL_FILTERS = grown(
    of_key("kubernetes.labels", "app", VALUES, PATTERNS) | predicates_on("kubernetes.pod", VALUES, PATTERNS)
)


def random_resources(random, count):
    """Resources and pods in one: what is said of maps is said of either."""
    for number in range(count):
        yield {
            "row": f"row {number}",
            "provider": random.choice(("aws", "gcp", "azure")),
            "integration": "a",
            "label": random.choice((*VALUES, None)),
            "pod": random.choice((*VALUES, None)),
            "metadata": {} if random.random() < 0.2 else {"size": random.choice(METADATA)},
            "labels": {} if random.random() < 0.3 else {"app": random.choice(VALUES)},
        }
