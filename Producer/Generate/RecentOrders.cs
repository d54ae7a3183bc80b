namespace Producer.Generate;

/// <summary>The last valid orders, from which duplicates are taken.</summary>
internal sealed class RecentOrders
{
    private const int Kept = 1_000;

    private readonly GeneratedOrder[] _ring = new GeneratedOrder[Kept];
    private long _count;

    /// <summary>Keeps a copy of an order.</summary>
    public void Remember(GeneratedOrder order) =>
        _ring[_count++ % Kept] = new GeneratedOrder(order.Id, order.Json.ToArray(), GeneratedKind.Duplicate);

    /// <summary>Any of the orders kept; none when there are none yet.</summary>
    public bool TryPick(Prng random, out GeneratedOrder order)
    {
        order = _count == 0 ? default : _ring[random.Next((int)Math.Min(_count, Kept))];
        return _count > 0;
    }
}
