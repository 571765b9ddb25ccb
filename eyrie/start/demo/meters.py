"""What Alpenglow pays for by use. How to read an entry is told in `meter.py`."""

from eyrie.start.demo.meter import Meter, read_meters

_AWS = """
[AWS_SHOP eu-central-1]
EC2    | Instance/Box:m7g.2xlarge      | 46 Hrs at 0.3916    | shop-web x4     | storefront shop +15 covered
EC2    | Instance/Box:m7g.xlarge       | 24 Hrs at 0.1958    | checkout-api x4 | checkout steady covered
EC2    | Instance/Box:m7g.xlarge       | 40 Hrs at 0.1958    | mobile-api x2   | mobile shop +20 covered
EC2    | Storage/EBS:gp3               | 12 GB-Mo at 0.0952  | shop-disk x8    | storefront even +10
EC2    | NAT Gateway/Bytes             | 180 GB at 0.052     | nat-eu x3       | shared shop +10
EC2    | Data Transfer/Out-Bytes       | 210 GB at 0.09      | edge-eu x2      | shared shop +15
EKS    | Compute/perCluster            | 24 Hrs at 0.1       | shop-eks        | core steady
RDS    | DB Instance/db.r7g.2xl        | 24 Hrs at 1.1       | orders x2       | checkout steady
RDS    | DB Instance/db.r7g.2xl        | 24 Hrs at 1.1       | catalog x2      | storefront steady
RDS    | DB Storage/GP3-Storage        | 40 GB-Mo at 0.137   | orders x2       | checkout even +25
RDS    | DB Storage/GP3-Storage        | 30 GB-Mo at 0.137   | catalog x2      | storefront even +10
CACHE  | Cache Instance/cache.r7g.l    | 24 Hrs at 0.262     | sessions x4     | checkout steady
S3     | Storage/ByteHrs               | 130 GB-Mo at 0.0245 | photos-eu x5    | storefront even +25
S3     | API Request/Tier1             | 900 1K at 0.0054    | photos-eu x5    | storefront shop +20
CDN    | Data Transfer/EU-Out-Bytes    | 600 GB at 0.085     | shop-cdn x2     | storefront shop +15
LAMBDA | Serverless/Lambda-GB-Second   | 300 kGB-s at 0.017  | receipts x4     | checkout shop +15
WATCH  | Data Payload/Processing-Bytes | 25 GB at 0.63       | shop-logs x3    | core even +12
[AWS_SHOP us-east-1]
EC2 | Instance/Box:m7g.2xlarge | 46 Hrs at 0.3264  | storefront-us x3 | storefront shop +25 covered
EC2 | Storage/EBS:gp3          | 10 GB-Mo at 0.08  | storefront-us x3 | storefront even
EC2 | NAT Gateway/Bytes        | 120 GB at 0.045   | nat-us x2        | shared shop +10
EC2 | Data Transfer/Out-Bytes  | 130 GB at 0.09    | edge-us x2       | shared shop +20
RDS | DB Instance/db.r7g.xl    | 24 Hrs at 0.502   | catalog-us x2    | storefront steady
S3  | Storage/ByteHrs          | 90 GB-Mo at 0.023 | photos-us x2     | storefront even +25
[AWS_STAGING eu-central-1]
EC2   | Instance/Box:m7g.xlarge       | 20 Hrs at 0.1958   | shop-staging x6      | storefront office staging
EC2   | Instance/Box:m7g.large        | 18 Hrs at 0.0979   | checkout-staging x3  | checkout office staging
RDS   | DB Instance/db.t4g.l          | 24 Hrs at 0.152    | staging x3           | core steady staging
S3    | Storage/ByteHrs               | 20 GB-Mo at 0.0245 | alpenglow-staging x2 | shared even staging
WATCH | Data Payload/Processing-Bytes | 4 GB at 0.63       | staging-logs         | core office staging
[AWS_DATA eu-central-1]
EC2    | Instance/Spot:r7g.4xlarge | 60 Hrs at 0.3125    | forecast x6       | data batch
GLUE   | Analytics/ETL-DPU-Hour    | 50 DPU-Hour at 0.44 | sales-etl x3      | data batch +10
ATHENA | Analytics/DataScanned     | 2 Terabytes at 5    | reports           | data office +15
S3     | Storage/ByteHrs           | 300 GB-Mo at 0.0245 | alpenglow-lake x5 | data even +30
S3     | API Request/Tier1         | 400 1K at 0.0054    | alpenglow-lake x5 | data batch
[AWS_LAB us-west-2]
EC2 | Instance/Box:g6.4xlarge | 12 Hrs at 1.3232   | trail-vision x4     | trailguide office +35 development
EC2 | Storage/EBS:gp3         | 40 GB-Mo at 0.08   | trail-vision x4     | trailguide even development
EKS | Compute/perCluster      | 24 Hrs at 0.1      | lab-eks             | trailguide steady development
S3  | Storage/ByteHrs         | 150 GB-Mo at 0.023 | alpenglow-models x2 | trailguide even +60
[AWS_CORE eu-central-1]
EC2   | Instance/Box:c7g.2xlarge      | 16 Hrs at 0.3304    | ci-runner x8         | core office development
EC2   | NAT Gateway/Bytes             | 90 GB at 0.052      | nat-core x2          | shared even
EC2   | Instance/Box:m7g.large        | 24 Hrs at 0.0979    | vault x3             | core steady
S3    | Storage/ByteHrs               | 160 GB-Mo at 0.0245 | alpenglow-backups x2 | core even +20
WATCH | Data Payload/Processing-Bytes | 12 GB at 0.63       | audit-logs x2        | core even
"""

_AZURE = """
[AZURE_LIVE westeurope]
VM        | Dsv5/D8s v5           | 24 Hrs at 0.46     | wms-app x4    | warehouse steady reserved leaves
VM        | Dsv5/D8s v5           | 24 Hrs at 0.46     | wms-worker x4 | warehouse steady leaves
AZURE_SQL | General Purpose/vCore | 24 Hrs at 1.96     | wms-db x2     | warehouse steady leaves
BLOBS     | Blob Storage/Hot LRS  | 60 GB-Mo at 0.0196 | wmslabels x3  | warehouse even leaves
BANDWIDTH | Inter-Region/Out      | 60 GB at 0.087     | wms-out x2    | shared office leaves
[AZURE_TEST westeurope]
VM        | Dsv5/D4s v5           | 10 Hrs at 0.23 | wms-test x3 | warehouse office staging leaves
AZURE_SQL | General Purpose/vCore | 12 Hrs at 0.98 | wms-test-db | warehouse office staging leaves
"""

_GCP = """
[GCP_SEARCH europe-west1]
GCE       | N2 Core in EMEA                 | 96 hour at 0.0348   | search-node x6  | search steady
GCE       | N2 Ram in EMEA                  | 384 GiB-h at 0.0047 | search-node x6  | search steady
CLOUD_SQL | PostgreSQL: 8 vCPU              | 24 hour at 0.52     | search-db x2    | search steady
GCS       | Standard Storage                | 80 GiB-Mo at 0.02   | search-index x2 | search even +20
VERTEX    | Online Prediction e2-standard-8 | 24 hour at 0.31     | ranking x3      | search steady
[GCP_WAREHOUSE europe-west1]
GKE       | Regional Clusters         | 24 hour at 0.1      | warehouse-gke | warehouse steady arrives
GCE       | N2 Core in EMEA           | 192 hour at 0.0348  | wms-node x8   | warehouse steady arrives
GCE       | N2 Ram in EMEA            | 768 GiB-h at 0.0047 | wms-node x8   | warehouse steady arrives
CLOUD_SQL | PostgreSQL: 16 vCPU       | 24 hour at 1.04     | wms-db x2     | warehouse steady arrives
GCS       | Standard Storage          | 60 GiB-Mo at 0.02   | wms-labels x3 | warehouse even +20 arrives
GCE       | Internet Egress from EMEA | 60 GiB at 0.085     | wms-out x2    | shared office arrives
[GCP_ADS europe-west1]
BIGQUERY | Analysis               | 9 tebibyte at 6.25 | campaigns x2 | data office +10
BIGQUERY | Active Logical Storage | 120 GiB-Mo at 0.02 | campaigns x2 | data even +30
"""

_KUBERNETES = """
[SHOP_CLUSTER eu-central-1]
SHOP_EKS | cpu     | 220 Core-Hours at 0.0316 | storefront x3 | storefront shop +15
SHOP_EKS | ram     | 600 GiB-Hours at 0.0042  | storefront x3 | storefront shop +15
SHOP_EKS | cpu     | 150 Core-Hours at 0.0316 | checkout x2   | checkout even
SHOP_EKS | ram     | 420 GiB-Hours at 0.0042  | checkout x2   | checkout even
SHOP_EKS | cpu     | 190 Core-Hours at 0.0316 | mobile-api    | mobile shop +20
SHOP_EKS | network | 40 GB at 0.01            | storefront    | storefront shop
[LAB_CLUSTER us-west-2]
LAB_EKS | gpu | 44 GPU-Hours at 1.1      | trail-vision | trailguide office +35 development
LAB_EKS | cpu | 300 Core-Hours at 0.0316 | trail-vision | trailguide office +35 development
[WAREHOUSE_CLUSTER europe-west1]
WAREHOUSE_GKE | cpu | 380 Core-Hours at 0.0348 | wms x3 | warehouse even arrives
WAREHOUSE_GKE | ram | 1500 GiB-Hours at 0.0047 | wms x3 | warehouse even arrives
"""

_SOFTWARE = """
[SNOWFLAKE AWS_EU_CENTRAL_1]
DATA_CLOUD | compute        | 18 credits at 3.9 | LOADING_WH    | data even +10
DATA_CLOUD | compute        | 24 credits at 3.9 | BI_WH         | data office +15
DATA_CLOUD | compute        | 22 credits at 3.9 | CLOSING_WH    | data batch
DATA_CLOUD | compute        | 6 credits at 3.9  | TRAILGUIDE_WH | trailguide office +50
DATA_CLOUD | cloud services | 2 credits at 3.9  | BI_WH         | data office
DATA_CLOUD | storage        | 400 GB at 0.0015  | ALPENGLOW_DB  | data even +25
[DATADOG]
INFRASTRUCTURE | infra_hosts/committed  | 80 hosts at 0.5           | hosts      | core steady
INFRASTRUCTURE | infra_hosts/on_demand  | 14 hosts at 0.6           | hosts      | core shop +30
INFRASTRUCTURE | containers/on_demand   | 300 containers at 0.0334  | containers | core shop
LOGS           | logs_indexed/committed | 20 million events at 1.7  | logs       | core steady
LOGS           | logs_indexed/on_demand | 12 million events at 2.55 | logs       | core shop +25
APM            | apm_hosts/committed    | 40 hosts at 1.03          | apm        | storefront steady
[OPENAI_GUIDE]
COMPLETIONS | gpt-5/input                  | 30 1M tokens at 1.25  | guide | trailguide shop +90
COMPLETIONS | gpt-5/output                 | 5 1M tokens at 10     | guide | trailguide shop +90
COMPLETIONS | gpt-5/cached input           | 60 1M tokens at 0.125 | guide | trailguide shop +90
EMBEDDINGS  | text-embedding-3-large/input | 120 1M tokens at 0.13 | guide | search even +20
[OPENAI_COPY]
COMPLETIONS | gpt-5-mini/input  | 40 1M tokens at 0.25 | copy | storefront office +20
COMPLETIONS | gpt-5-mini/output | 12 1M tokens at 2    | copy | storefront office +20
[ANTHROPIC_GUIDE]
TOKENS | claude-sonnet-4-5/input      | 9 1M tokens at 3    | guide | trailguide shop +140
TOKENS | claude-sonnet-4-5/output     | 2 1M tokens at 15   | guide | trailguide shop +140
TOKENS | claude-sonnet-4-5/cache_read | 40 1M tokens at 0.3 | guide | trailguide shop +140
[ANTHROPIC_CODE]
TOKENS | claude-opus-4-5/input      | 4 1M tokens at 5    | code | core office +120
TOKENS | claude-opus-4-5/output     | 1 1M tokens at 25   | code | core office +120
TOKENS | claude-opus-4-5/cache_read | 60 1M tokens at 0.5 | code | core office +120
"""

METERS: tuple[Meter, ...] = tuple(
    meter for table in (_AWS, _AZURE, _GCP, _KUBERNETES, _SOFTWARE) for meter in read_meters(table)
)
