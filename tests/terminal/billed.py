"""A bill for the terminal to tell of, and names that no terminal should obey."""

BILL = """\
ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,RegionId,ConsumedQuantity,ConsumedUnit,Tags
Usage,2025-01-01,1200.005,Seats,eu-1,10,Seats,"{""team"": ""core""}"
Usage,2025-01-02,300,Support,eu-1,,,"{""team"": ""Core-Team""}"
Usage,2025-01-03,40,A service whose name is far too long for any terminal,us-1,,,
Discount,2025-01-03,-10,Seats,eu-1,,,
Credit,2025-01-04,-5,Seats,eu-1,,,
Usage,2025-02-01,1800,Seats,eu-1,12,Seats,"{""team"": ""core""}"
Usage,2025-02-01,150,Support,eu-1,,,
Usage,2025-02-02,0.004,Crumbs,eu-1,,,
"""
STEERING, SHOWN = "a\x1b[31mb[red]\u202e", "a\ufffd[31mb[red]\ufffd"


def its_provider(world):
    """The token of the one provider that there is."""
    return world.owner.get("/v2/integrations").json()["integrations"][0]["token"]
