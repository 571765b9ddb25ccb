"""The resource types that filters may name: a prefix for the provider, and what it is."""

_SUFFIXES = {
    "aws": """
        app_stream_fleet app_stream_image_builder auto_scaling_group backup_vault_recovery_point
        batch_job_definition carrier_gateway cloudfront_distribution cloudtrail cloudwatch_log_group
        codebuild_project codepipeline config_config_rule db_instance db_snapshot docdb_cluster_instance
        dynamodb_table ebs_volume ec2_managed_prefix_list ec2_reserved_instance ec2_transit_gateway
        ecr_repository ecs_service ecs_task_definition efs_file_system egress_only_internet_gateway eip
        eks_cluster elasticache_cluster elasticsearch_domain flow_log fsx_file_system fsx_volume glacier_vault
        globalaccelerator_accelerator glue_job instance instance_snapshot internet_gateway kms_key
        lambda_function lb media_package_channel media_package_vod_asset media_store_container
        media_tailor_channel media_tailor_playback_configuration mediaconnect_flow mediaconvert_job
        medialive_channel mq_broker msk_cluster nat_gateway network_interface outposts_outpost
        rds_reserved_instance redshift_cluster report_definition route53_resolver_query_log_config
        route53_zone route_table s3_bucket sagemaker_model savings_plan secretsmanager_secret sns_topic
        sqs_queue subnet transfer_server vpc vpc_endpoint vpc_peering_connection vpn_gateway wafv2_web_acl
        workspaces_workspace""",
    "azurerm": """
        app_service_plan application_gateway application_insights container_registry cosmosdb_account
        databricks_workspace dns_zone express_route_circuit firewall kubernetes_cluster lb
        log_analytics_workspace logic_app_workflow managed_disk nat_gateway postgresql_flexible_server
        postgresql_server powerbi_dedicated_capacity private_endpoint public_ip recovery_services_vault
        redis_cache security_center_pricing snapshot sql_database sql_elasticpool sql_managed_instance
        storage_account synapse_workspace virtual_machine virtual_machine_scale_set
        virtual_network_gateway""",
    "google": """
        alloydb_backup alloydb_cluster alloydb_instance app_engine_service bigquery_dataset bigtable_instance
        cloud_run_service cloudfunctions_function compute_disk compute_instance container_cluster dataflow_job
        firestore_database logging_project_bucket_config redis_instance secret_manager_secret spanner_instance
        sql_database_instance storage_bucket""",
    "linode": """
        image instance kubernetes_cluster kubernetes_type linode_type node_balancer node_balancer_type
        object_storage object_storage_type volume volume_type""",
}
_OTHERS = """
    anthropic_api_key clickhouse_service confluent_kafka_cluster datadog_custom_metric kubernetes_workload
    mongodbatlas_cluster planetscale_database snowflake_query temporal_namespace"""

RESOURCE_TYPES = frozenset(
    [f"{prefix}_{suffix}" for prefix, suffixes in _SUFFIXES.items() for suffix in suffixes.split()]
    + _OTHERS.split()
)
# Published tables print the first spelling; the second is the one in use.
RESOURCE_TYPE_ALIASES = {"aws_ec2_instance": "aws_instance"}
