using System.Security.Cryptography;
using System.Text;
using Contracts;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace IntegrationTests.Stack;

/// <summary>
/// Remembers what was published and what should become of it, and compares that with what the tables and the queues hold: nothing lost, nothing
/// doubled, nothing silent, nothing altered, nobody blamed who is innocent, and no worker beyond its bounds.
/// </summary>
internal sealed class Ledger
{
    private const int MostNamed = 10;
    private const int Chunk = 500;
    private const int MostShown = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Pipeline _pipeline;
    private readonly Lock _gate = new();
    private readonly HashSet<Pipeline> _ways = [];
    private readonly ContentReader _reader = new();
    private readonly Dictionary<Guid, OrderContent> _published = [];
    private readonly HashSet<Guid> _confirmed = [];
    private readonly Dictionary<string, (string Reason, string Body)> _letters = [];

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

    /// <summary>Somebody else publishes these: each may be stored, and must be once it is confirmed.</summary>
    public void Sends(IEnumerable<OrderSubmitted> orders)
    {
        foreach (var order in orders)
        {
            Locked(() => _published[order.OrderId] = _reader.Read(order, Some.Json(order)));
        }
    }

    /// <summary>Somebody else was told that these are stored.</summary>
    public void Confirms(IEnumerable<Guid> ids)
    {
        foreach (var id in ids)
        {
            Locked(() => _confirmed.Add(id));
        }
    }

    /// <summary>Publishes an order that should be stored, in a way of the test's own.</summary>
    public async Task StoresAsync(OrderSubmitted order, Func<Task> publish)
    {
        // Remembered before it is published: what is never confirmed may be stored all the same.
        Locked(() => _published[order.OrderId] = _reader.Read(order, Some.Json(order)));
        await publish();
        Locked(() => _confirmed.Add(order.OrderId));
    }

    /// <summary>Publishes an order that should become one dead letter.</summary>
    public Task PutsAsideAsync(OrderSubmitted order, string reason) => PutsAsideAsync(Some.Json(order), reason);

    /// <summary>Publishes a body that should become one dead letter. No other has the same body.</summary>
    public Task PutsAsideAsync(byte[] body, string reason, Action<BasicProperties>? change = null) =>
        PutsAsideAsync(body, reason, () => _pipeline.PublishAsync(body, change));

    /// <summary>The same in a way of the test's own.</summary>
    public async Task PutsAsideAsync(byte[] body, string reason, Func<Task> publish)
    {
        var text = Printable.Clip(Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, MostShown))));
        Assert.True(Locked(() => _letters.TryAdd(NameOf(body), (reason, text))), $"two bodies are the same: {text}");
        await publish();
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
            Report(faults, $"left in queue {way.Names.DeadQueue}", await way.DeadAsync());
            faults.AddRange(way.BeyondBounds());
        }

        return faults;
    }

    private Task StoresAsync(OrderSubmitted order, Pipeline way) => StoresAsync(order, () => way.PublishAsync(Some.Json(order)));

    private async Task<(bool IsTrue, string Seen)> LookAsync()
    {
        try
        {
            var stored = await _pipeline.CountAsync("orders");
            var letters = await _pipeline.CountAsync("dead_letters");
            var waiting = await Task.WhenAll(_ways.SelectMany(way => new[] { way.WaitingAsync(), way.DeadAsync() }));
            return (stored >= Confirmed && letters >= _letters.Count && waiting.All(messages => messages == 0),
                $"{stored} of {Confirmed} orders, {letters} of {_letters.Count} dead letters, {string.Join(" + ", waiting)} messages waiting");
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
        var missing = _letters.ToDictionary();
        await using var context = _pipeline.Context();
        foreach (var letter in context.DeadLetters.AsNoTracking())
        {
            var name = $"{letter.OrderId ?? letter.Id} ({letter.Reason}: {letter.Detail})";
            var body = NameOf(letter.Body);
            if (!_letters.TryGetValue(body, out var published))
            {
                faults.Add($"innocent among the dead letters: {name}");
            }
            else if (!missing.Remove(body))
            {
                faults.Add($"a dead letter more than once: {name}");
            }
            else if (letter.Reason != published.Reason)
            {
                faults.Add($"a dead letter for another reason than {published.Reason}: {name}");
            }
        }

        Report(faults, "published and no dead letter", [.. missing.Values.Select(published => published.Body)]);
    }

    // Bodies may be large.
    private static string NameOf(byte[] body) => Convert.ToHexString(SHA256.HashData(body));

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
