"""The bill that the client tests upload; its answers can be added up by hand.

January with the default settings leaves the credit out and spreads the fee over ten days:
100 - 10 + 8 + 50 = 148. On the 1st: Seats 100 - 10 = 90, Support 5. On the 2nd: Seats 8, Support 5.
"""

JANUARY = """\
ChargeCategory,ChargePeriodStart,ChargePeriodEnd,BilledCost,ServiceName,Tags
Usage,2025-01-01,,100,Seats,"{""team"": ""core""}"
Discount,2025-01-01,,-10,Seats,
Tax,2025-01-02,,8,Seats,
Credit,2025-01-02,,-5,Seats,
Fee,2025-01-01,2025-01-10,50,Support,
"""
