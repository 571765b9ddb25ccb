"""Closed lists of words that several places must agree on: providers, charge classes, currencies."""

from enum import StrEnum


class Provider(StrEnum):
    """The keys of the contract's provider enumeration, in its order."""

    AWS = "aws"
    AZURE = "azure"
    GCP = "gcp"
    SNOWFLAKE = "snowflake"
    DATABRICKS = "databricks"
    MONGO = "mongo"
    DATADOG = "datadog"
    FASTLY = "fastly"
    NEW_RELIC = "new_relic"
    OPENCOST = "opencost"
    OPEN_AI = "open_ai"
    ORACLE = "oracle"
    CONFLUENT = "confluent"
    PLANETSCALE = "planetscale"
    CORALOGIX = "coralogix"
    KUBERNETES = "kubernetes"
    CUSTOM_PROVIDER = "custom_provider"
    GITHUB = "github"
    LINODE = "linode"
    GRAFANA = "grafana"
    CLICKHOUSE = "clickhouse"
    TEMPORAL = "temporal"
    TWILIO = "twilio"
    AZURE_CSP = "azure_csp"
    KUBERNETES_AGENT = "kubernetes_agent"
    ANTHROPIC = "anthropic"
    ANYSCALE = "anyscale"
    CURSOR = "cursor"
    ELASTIC = "elastic"
    VERCEL = "vercel"
    REDIS_CLOUD = "redis_cloud"
    CIRCLE_CI = "circle_ci"
    MODAL = "modal"
    ELEVEN_LABS = "eleven_labs"
    BASETEN = "baseten"
    CLOUDFLARE = "cloudflare"
    FIREWORKS_AI = "fireworks_ai"
    CARTESIA = "cartesia"
    DEPOT = "depot"


PROVIDER_NAMES = {
    Provider.AWS: "AWS",
    Provider.AZURE: "Azure",
    Provider.GCP: "Google Cloud",
    Provider.SNOWFLAKE: "Snowflake",
    Provider.DATABRICKS: "Databricks",
    Provider.MONGO: "MongoDB Atlas",
    Provider.DATADOG: "Datadog",
    Provider.FASTLY: "Fastly",
    Provider.NEW_RELIC: "New Relic",
    Provider.OPENCOST: "OpenCost",
    Provider.OPEN_AI: "OpenAI",
    Provider.ORACLE: "Oracle Cloud",
    Provider.CONFLUENT: "Confluent",
    Provider.PLANETSCALE: "PlanetScale",
    Provider.CORALOGIX: "Coralogix",
    Provider.KUBERNETES: "Kubernetes",
    Provider.CUSTOM_PROVIDER: "Custom Provider",
    Provider.GITHUB: "GitHub",
    Provider.LINODE: "Linode",
    Provider.GRAFANA: "Grafana Cloud",
    Provider.CLICKHOUSE: "ClickHouse Cloud",
    Provider.TEMPORAL: "Temporal Cloud",
    Provider.TWILIO: "Twilio",
    Provider.AZURE_CSP: "Azure CSP",
    Provider.KUBERNETES_AGENT: "Kubernetes Agent",
    Provider.ANTHROPIC: "Anthropic",
    Provider.ANYSCALE: "Anyscale",
    Provider.CURSOR: "Cursor",
    Provider.ELASTIC: "Elastic",
    Provider.VERCEL: "Vercel",
    Provider.REDIS_CLOUD: "Redis Cloud",
    Provider.CIRCLE_CI: "CircleCI",
    Provider.MODAL: "Modal",
    Provider.ELEVEN_LABS: "ElevenLabs",
    Provider.BASETEN: "Baseten",
    Provider.CLOUDFLARE: "Cloudflare",
    Provider.FIREWORKS_AI: "Fireworks AI",
    Provider.CARTESIA: "Cartesia",
    Provider.DEPOT: "Depot",
}

# Rows of these restate node costs that the cloud's own bill already holds.
KUBERNETES_PROVIDERS = (Provider.KUBERNETES, Provider.KUBERNETES_AGENT, Provider.OPENCOST)
# Spellings that filters accept besides the key.
PROVIDER_ALIASES = {"openai": Provider.OPEN_AI, "newrelic": Provider.NEW_RELIC}


class AdjustmentClass(StrEnum):
    """What a charge is to the report settings; each but `none` can be switched off."""

    NONE = "none"
    CREDIT = "credit"
    REFUND = "refund"
    DISCOUNT = "discount"
    TAX = "tax"


PURCHASES = ("Fee", "Purchase")  # the charge types of what is bought rather than used


class Basis(StrEnum):
    """In which view of cost a row exists: cash (billed), amortised (effective), or both."""

    BOTH = "both"
    BILLED = "billed"
    EFFECTIVE = "effective"


# The currencies a workspace may show and a bill may be written in.
CURRENCIES = frozenset(
    (
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTC BTN BWP "
        "BYN BYR BZD CAD CDF CHF CLF CLP CNY COP CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD "
        "FKP GBP GEL GGP GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS IMP INR IQD IRR ISK JEP JMD "
        "JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LTL LVL LYD MAD MDL MGA MKD MMK "
        "MNT MOP MRO MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR "
        "RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLL SOS SRD SSP STD STN SVC SYP SZL THB TJS TMT TND "
        "TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VEF VND VUV WST XAF XCD XDR XOF XPF YER ZAR ZMW ZWL "
    ).split()
)
