"""The services that Alpenglow uses, in their providers' words, as `meters.py` calls them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """A service, FOCUS's category and subcategory of it, and how its resources are named."""

    name: str
    focus: tuple[str, str]
    resource: str | None = None  # a pattern over name, team, region, account, billing, hex
    kind: str | None = None


EC2 = Service(
    "Amazon Elastic Compute Cloud - Compute", ("Compute", "Virtual Machines"), "i-{hex:.17}", "instance"
)
EKS = Service(
    "Amazon Elastic Container Service for Kubernetes",
    ("Compute", "Containers"),
    "arn:aws:eks:{region}:{account}:cluster/{name}",
    "cluster",
)
LAMBDA = Service(
    "AWS Lambda",
    ("Compute", "Serverless Compute"),
    "arn:aws:lambda:{region}:{account}:function:{name}",
    "function",
)
RDS = Service(
    "Amazon Relational Database Service",
    ("Databases", "Relational Databases"),
    "arn:aws:rds:{region}:{account}:db:{name}",
    "db",
)
CACHE = Service(
    "Amazon ElastiCache",
    ("Databases", "Caching"),
    "arn:aws:elasticache:{region}:{account}:cluster:{name}",
    "cluster",
)
S3 = Service("Amazon Simple Storage Service", ("Storage", "Object Storage"), "{name}", "bucket")
CDN = Service(
    "Amazon CloudFront",
    ("Networking", "Content Delivery"),
    "arn:aws:cloudfront::{account}:distribution/{hex:.13}",
    "distribution",
)
WATCH = Service(
    "AmazonCloudWatch",
    ("Management and Governance", "Observability"),
    "arn:aws:logs:{region}:{account}:log-group:{name}",
    "log-group",
)
GLUE = Service(
    "AWS Glue", ("Analytics", "Data Processing"), "arn:aws:glue:{region}:{account}:job/{name}", "job"
)
ATHENA = Service(
    "Amazon Athena",
    ("Analytics", "Business Intelligence"),
    "arn:aws:athena:{region}:{account}:workgroup/{name}",
    "workgroup",
)
_AZURE = "/subscriptions/{billing}/resourcegroups/{account}/providers/microsoft."
VM = Service(
    "Virtual Machines", ("Compute", "Virtual Machines"), _AZURE + "compute/virtualmachines/{name}", "vm"
)
AZURE_SQL = Service(
    "SQL Database", ("Databases", "Relational Databases"), _AZURE + "sql/servers/{name}", "sql server"
)
BLOBS = Service(
    "Storage", ("Storage", "Object Storage"), _AZURE + "storage/storageaccounts/{name}", "storage account"
)
BANDWIDTH = Service(
    "Bandwidth",
    ("Networking", "Network Infrastructure"),
    _AZURE + "network/natgateways/{name}",
    "nat gateway",
)
GCE = Service(
    "Compute Engine",
    ("Compute", "Virtual Machines"),
    "//compute.googleapis.com/projects/{account}/zones/{region}-b/instances/{name}",
    "instance",
)
GKE = Service("Kubernetes Engine", ("Compute", "Containers"), "projects/{account}/clusters/{name}", "cluster")
CLOUD_SQL = Service("Cloud SQL", ("Databases", "Relational Databases"), "{account}:{name}", "instance")
BIGQUERY = Service(
    "BigQuery", ("Databases", "Data Warehouses"), "projects/{account}/datasets/{name}", "dataset"
)
VERTEX = Service(
    "Vertex AI",
    ("AI and Machine Learning", "AI Platforms"),
    "projects/{account}/endpoints/{name}",
    "endpoint",
)
GCS = Service("Cloud Storage", ("Storage", "Object Storage"), "{name}", "bucket")
SHOP_EKS = Service("shop-eks", ("Compute", "Containers"), "shop-eks/{team}/{name}", "pod")
LAB_EKS = Service("lab-eks", ("Compute", "Containers"), "lab-eks/{team}/{name}", "pod")
WAREHOUSE_GKE = Service("warehouse-gke", ("Compute", "Containers"), "warehouse-gke/{team}/{name}", "pod")
DATA_CLOUD = Service("Data Cloud", ("Databases", "Data Warehouses"), "{name}", "warehouse")
INFRASTRUCTURE = Service("Infrastructure", ("Management and Governance", "Observability"))
LOGS = Service("Log Management", ("Management and Governance", "Observability"))
APM = Service("APM", ("Management and Governance", "Observability"))
COMPLETIONS = Service("Completions", ("AI and Machine Learning", "Generative AI"))
EMBEDDINGS = Service("Embeddings", ("AI and Machine Learning", "Generative AI"))
TOKENS = Service("Tokens", ("AI and Machine Learning", "Generative AI"), "apikey_{hex:.12}", "api key")
