"""The services that Alpenglow uses, in their providers' words, as `meters.py` calls them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """A service, FOCUS's category and subcategory of it, and how its resources are named."""

    name: str
    focus: tuple[str, str]
    resource: str | None = None  # a pattern over name, team, region, account, billing, hex
    kind: str | None = None


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{{region}}:{{account}}:{resource}"


_AZURE = "/subscriptions/{billing}/resourcegroups/{account}/providers/microsoft."

_MACHINES = ("Compute", "Virtual Machines")
_CONTAINERS = ("Compute", "Containers")
_DATABASES = ("Databases", "Relational Databases")
_WAREHOUSES = ("Databases", "Data Warehouses")
_OBJECTS = ("Storage", "Object Storage")
_OBSERVABILITY = ("Management and Governance", "Observability")
_MODELS = ("AI and Machine Learning", "Generative AI")

EC2 = Service("Amazon Elastic Compute Cloud - Compute", _MACHINES, "i-{hex:.17}", "instance")
EKS = Service(
    "Amazon Elastic Container Service for Kubernetes", _CONTAINERS, _arn("eks", "cluster/{name}"), "cluster"
)
LAMBDA = Service(
    "AWS Lambda", ("Compute", "Serverless Compute"), _arn("lambda", "function:{name}"), "function"
)
RDS = Service("Amazon Relational Database Service", _DATABASES, _arn("rds", "db:{name}"), "db")
CACHE = Service(
    "Amazon ElastiCache", ("Databases", "Caching"), _arn("elasticache", "cluster:{name}"), "cluster"
)
S3 = Service("Amazon Simple Storage Service", _OBJECTS, "{name}", "bucket")
CDN = Service(
    "Amazon CloudFront",
    ("Networking", "Content Delivery"),
    "arn:aws:cloudfront::{account}:distribution/{hex:.13}",  # in no region
    "distribution",
)
WATCH = Service("AmazonCloudWatch", _OBSERVABILITY, _arn("logs", "log-group:{name}"), "log-group")
GLUE = Service("AWS Glue", ("Analytics", "Data Processing"), _arn("glue", "job/{name}"), "job")
ATHENA = Service(
    "Amazon Athena", ("Analytics", "Business Intelligence"), _arn("athena", "workgroup/{name}"), "workgroup"
)
VM = Service("Virtual Machines", _MACHINES, _AZURE + "compute/virtualmachines/{name}", "vm")
AZURE_SQL = Service("SQL Database", _DATABASES, _AZURE + "sql/servers/{name}", "sql server")
BLOBS = Service("Storage", _OBJECTS, _AZURE + "storage/storageaccounts/{name}", "storage account")
BANDWIDTH = Service(
    "Bandwidth",
    ("Networking", "Network Infrastructure"),
    _AZURE + "network/natgateways/{name}",
    "nat gateway",
)
GCE = Service(
    "Compute Engine",
    _MACHINES,
    "//compute.googleapis.com/projects/{account}/zones/{region}-b/instances/{name}",
    "instance",
)
GKE = Service("Kubernetes Engine", _CONTAINERS, "projects/{account}/clusters/{name}", "cluster")
CLOUD_SQL = Service("Cloud SQL", _DATABASES, "{account}:{name}", "instance")
BIGQUERY = Service("BigQuery", _WAREHOUSES, "projects/{account}/datasets/{name}", "dataset")
VERTEX = Service(
    "Vertex AI",
    ("AI and Machine Learning", "AI Platforms"),
    "projects/{account}/endpoints/{name}",
    "endpoint",
)
GCS = Service("Cloud Storage", _OBJECTS, "{name}", "bucket")
SHOP_EKS = Service("shop-eks", _CONTAINERS, "shop-eks/{team}/{name}", "pod")
LAB_EKS = Service("lab-eks", _CONTAINERS, "lab-eks/{team}/{name}", "pod")
WAREHOUSE_GKE = Service("warehouse-gke", _CONTAINERS, "warehouse-gke/{team}/{name}", "pod")
DATA_CLOUD = Service("Data Cloud", _WAREHOUSES, "{name}", "warehouse")
INFRASTRUCTURE = Service("Infrastructure", _OBSERVABILITY)
LOGS = Service("Log Management", _OBSERVABILITY)
APM = Service("APM", _OBSERVABILITY)
COMPLETIONS = Service("Completions", _MODELS)
EMBEDDINGS = Service("Embeddings", _MODELS)
TOKENS = Service("Tokens", _MODELS, "apikey_{hex:.12}", "api key")
