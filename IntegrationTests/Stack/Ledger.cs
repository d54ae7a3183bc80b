using Contracts;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace IntegrationTests.Stack;

/// <summary>
/// Remembers what was published and what should become of it, and compares that with what the tables and the queues hold: nothing lost, nothing
/// doubled, nothing silent, nothing altered, and nobody blamed who is innocent.
/// </summary>
internal sealed class Ledger
{
    private const int MostNamed = 10;
    private const int Chunk = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Pipeline _pipeline;
    private readonly Lock _gate = new();
    private readonly HashSet<Pipeline> _ways = [];
    private readonly ContentReader _reader = new();
    private readonly Dictionary<Guid, OrderContent> _published = [];
    private readonly HashSet<Guid> _confirmed = [];
    private readonly Dictionary<string, string> _reasonOfBody = [];

    private Ledger(Pipeline pipeline)
    {
        _pipeline = pipeline;
        _ways.Add(pipeline);
    }

    /// <summary>Orders that the broker has confirmed, each counted once.</summary>
    public int Confirmed => Locked(() => _confirmed.Count);

    /// <summary>Nothing is published yet.</summary>
    public static Ledger Of(Pipeline pipeline) => new(pipeline);

    /// <summary>Publishes orders that should all be stored.</summary>
    public static async Task<Ledger> PublishAsync(Pipeline pipeline, IEnumerable<OrderSubmitted> orders)
    {
        var ledger = new Ledger(pipeline);
        await ledger.StoresAsync(orders);
        return ledger;
    }

    /// <summary>Publishes orders that should be stored. One that was published before is a duplicate and changes nothing.</summary>
    /// <param name="orders">In this sequence.</param>
    /// <param name="through">Another queue before the same tables; the ledger's own when it is left out.</param>
    public async Task StoresAsync(IEnumerable<OrderSubmitted> orders, Pipeline? through = null)
    {
        var way = through ?? _pipeline;
        Locked(() => _ways.Add(way));
        await way.ChannelAsync();
        foreach (var chunk in orders.Chunk(Chunk))
        {
            await Task.WhenAll(chunk.Select(order => StoresAsync(order, way)));
        }
    }

    /// <summary>Publishes an order that should become one dead letter.</summary>
    public async Task PutsAsideAsync(OrderSubmitted order, string reason)
    {
        var body = Some.Json(order);
        Locked(() => _reasonOfBody[Convert.ToHexString(body)] = reason);
        await _pipeline.PublishAsync(body);
    }

    /// <summary>Waits until everything is where it should be, and fails with the ids of what is not.</summary>
    public async Task SettlesAsync(TimeSpan? within = null)
    {
        // Counts are cheap; reading every row again and again would slow down what is waited for.
        await Eventually.TrueAsync("everything published is stored or put aside, and the queues are empty", LookAsync, within ?? Patience);
        var faults = await FaultsAsync();
        Assert.True(faults.Count == 0, string.Join(Environment.NewLine, faults));
    }

    /// <summary>What is not as it should be, a line a kind.</summary>
    public async Task<IReadOnlyList<string>> FaultsAsync()
    {
        var faults = new List<string>();
        await CompareOrdersAsync(faults);
        await CompareLettersAsync(faults);
        foreach (var way in _ways)
        {
            Report(faults, $"left in queue {way.Names.Queue}", await way.WaitingAsync());
            Report(faults, $"left in queue {way.Names.DeadQueue}", await (await way.ChannelAsync()).MessageCountAsync(way.Names.DeadQueue));
        }

        return faults;
    }

    // Remembered before it is published: what is never confirmed may be stored all the same.
    private async Task StoresAsync(OrderSubmitted order, Pipeline way)
    {
        var body = Some.Json(order);
        Locked(() => _published[order.OrderId] = _reader.Read(order, body));
        await way.PublishAsync(body);
        Locked(() => _confirmed.Add(order.OrderId));
    }

    private async Task<(bool IsTrue, string Seen)> LookAsync()
    {
        try
        {
            var stored = await _pipeline.CountAsync("orders");
            var letters = await _pipeline.CountAsync("dead_letters");
            var waiting = await Task.WhenAll(_ways.Select(way => way.WaitingAsync()));
            return (stored >= Confirmed && letters >= _reasonOfBody.Count && waiting.All(messages => messages == 0),
                $"{stored} of {Confirmed} orders, {letters} of {_reasonOfBody.Count} dead letters, {string.Join(" + ", waiting)} messages waiting");
        }
        catch (Exception notYet) when (notYet is NpgsqlException or OperationInterruptedException or BrokerUnreachableException)
        {
            return (false, notYet.Message);
        }
    }

    private async Task CompareOrdersAsync(List<string> faults)
    {
        var missing = Locked(() => _confirmed.ToHashSet());
        var seen = new HashSet<Guid>();
        List<Guid> doubled = [], foreign = [], altered = [];
        await foreach (var (id, content) in OrderContent.StoredAsync(_pipeline))
        {
            missing.Remove(id);
            if (!seen.Add(id))
            {
                doubled.Add(id);
            }

            if (!_published.TryGetValue(id, out var published))
            {
                foreign.Add(id);
            }
            else if (content != published)
            {
                altered.Add(id);
            }
        }

        Report(faults, "confirmed and not stored", [.. missing]);
        Report(faults, "stored more than once", doubled);
        Report(faults, "stored and never published", foreign);
        Report(faults, "stored with other content", altered);
    }

    private async Task CompareLettersAsync(List<string> faults)
    {
        var missing = _reasonOfBody.ToDictionary();
        await using var context = _pipeline.Context();
        foreach (var letter in context.DeadLetters.AsNoTracking())
        {
            var name = $"{letter.OrderId ?? letter.Id} ({letter.Reason}: {letter.Detail})";
            var body = Convert.ToHexString(letter.Body);
            if (!_reasonOfBody.TryGetValue(body, out var reason))
            {
                faults.Add($"innocent among the dead letters: {name}");
            }
            else if (!missing.Remove(body))
            {
                faults.Add($"a dead letter more than once: {name}");
            }
            else if (letter.Reason != reason)
            {
                faults.Add($"a dead letter for another reason than {reason}: {name}");
            }
        }

        Report(faults, "published and no dead letter", [.. missing.Keys.Select(body => System.Text.Encoding.UTF8.GetString(Convert.FromHexString(body)))]);
    }

    private static void Report<T>(List<string> faults, string what, IReadOnlyList<T> ids)
    {
        if (ids.Count > 0)
        {
            faults.Add($"{ids.Count} {what}: {string.Join(", ", ids.Take(MostNamed))}{(ids.Count > MostNamed ? " ..." : "")}");
        }
    }

    private static void Report(List<string> faults, string what, uint messages)
    {
        if (messages > 0)
        {
            faults.Add($"{messages} {what}");
        }
    }

    private T Locked<T>(Func<T> act)
    {
        lock (_gate)
        {
            return act();
        }
    }
}
