using System.Net;
using System.Net.Sockets;

namespace DevServers;

/// <summary>
/// A network between a client and a server that a test can spoil: cut, held, slowed down, or torn at the very moment at which certain bytes pass.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private const int ChunkBytes = 16 * 1024;

    private readonly Lock _gate = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _server;
    private readonly CancellationTokenSource _end = new();
    private readonly List<FaultLink> _links = [];
    private readonly List<ByteTrigger> _triggers = [];
    private readonly TaskCompletionSource?[] _held = new TaskCompletionSource?[2];
    private readonly Task _accepting;
    private readonly BusiestSecond _busiest = new(TimeProvider.System);
    private int _accepted;

    private FaultProxy(IPEndPoint server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections that were made through it so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Connections that were made in the busiest second so far.</summary>
    public int AcceptedInBusiestSecond => _busiest.Most;

    /// <summary>Connections that are open now.</summary>
    public int Open => Locked(() => _links.Count);

    /// <summary>Whether new connections are torn at once, as if nobody listened.</summary>
    public bool Refuses { get; set; }

    /// <summary>How long every piece takes, in either direction.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>The most bytes of a piece; with <see cref="Delay"/> that is a rate.</summary>
    public int MostBytes { get; set; } = ChunkBytes;

    public static FaultProxy To(string host, int port) =>
        new(new IPEndPoint(IPAddress.TryParse(host, out var address) ? address : IPAddress.Loopback, port));

    /// <summary>Tears every connection with a reset.</summary>
    public void Cut()
    {
        foreach (var link in Locked(() => _links.ToList()))
        {
            link.Reset();
        }
    }

    /// <summary>Bytes of this direction are held, on open connections and on new ones: a cable that is out.</summary>
    public void Hold(params ReadOnlySpan<Way> ways)
    {
        lock (_gate)
        {
            foreach (var way in ways)
            {
                _held[(int)way] ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>What was held goes on its way.</summary>
    public void Release()
    {
        lock (_gate)
        {
            foreach (ref var held in _held.AsSpan())
            {
                held?.SetResult();
                held = null;
            }
        }
    }

    /// <summary>Tears the connection on which these bytes pass, right after they have been handed on.</summary>
    /// <param name="way">Which way they go.</param>
    /// <param name="bytes">What to look for.</param>
    /// <param name="times">How often.</param>
    /// <returns>Counts how often it happened.</returns>
    public ByteTrigger CutAfter(Way way, ReadOnlySpan<byte> bytes, int times = 1) =>
        Add(new ByteTrigger(way, bytes.ToArray(), TriggerEffect.CutAfter, times));

    /// <summary>After these bytes nothing that is answered on the same connection arrives any more, and nobody is told.</summary>
    /// <param name="way">Which way they go; what goes the other way is lost.</param>
    /// <param name="bytes">What to look for.</param>
    /// <param name="times">How often.</param>
    /// <returns>Counts how often it happened.</returns>
    public ByteTrigger SwallowAnswerAfter(Way way, ReadOnlySpan<byte> bytes, int times = 1) =>
        Add(new ByteTrigger(way, bytes.ToArray(), TriggerEffect.SwallowAnswerAfter, times));

    /// <summary>
    /// Freezes the connection on which these bytes pass: nothing more arrives at either end, and neither hears of it when the other one goes,
    /// until <see cref="Cut"/>.
    /// </summary>
    /// <param name="way">Which way they go.</param>
    /// <param name="bytes">What to look for.</param>
    /// <param name="arrives">
    /// Whether they still arrive, with what came in the same piece. If not, everything before them does, and what of them came in the piece before.
    /// </param>
    /// <param name="passes">How many pieces with these bytes pass unharmed before.</param>
    /// <param name="act">What else happens at that moment.</param>
    /// <returns>Counts how often it happened, which is once at most.</returns>
    public ByteTrigger FreezeAt(Way way, ReadOnlySpan<byte> bytes, bool arrives, int passes = 0, Action? act = null) =>
        Add(new ByteTrigger(way, bytes.ToArray(), arrives ? TriggerEffect.FreezeAfter : TriggerEffect.FreezeBefore, passes: passes, act: act));

    /// <summary>Hands on bytes that neither end has sent, right before these, wherever these come in one piece.</summary>
    /// <param name="way">Which way they go.</param>
    /// <param name="slipped">What is slipped in.</param>
    /// <param name="before">What to look for.</param>
    /// <param name="unheard">
    /// The last bytes of what is answered to <paramref name="slipped"/>. That answer is kept back, and the rest waits for it. Without them it arrives.
    /// </param>
    /// <returns>Counts how often it happened, which is once at most.</returns>
    public ByteTrigger SlipIn(Way way, ReadOnlySpan<byte> slipped, ReadOnlySpan<byte> before, ReadOnlySpan<byte> unheard = default) =>
        Add(new ByteTrigger(way, before.ToArray(), TriggerEffect.SlipIn) { Slipped = slipped.ToArray(), Unheard = unheard.ToArray() });

    /// <summary>Does something at the moment at which these bytes pass, and nothing to them.</summary>
    /// <param name="way">Which way they go.</param>
    /// <param name="bytes">What to look for.</param>
    /// <param name="act">What happens.</param>
    /// <returns>Counts how often it happened, which is once at most.</returns>
    public ByteTrigger ActAt(Way way, ReadOnlySpan<byte> bytes, Action act) => Add(new ByteTrigger(way, bytes.ToArray(), TriggerEffect.SlipIn, act: act));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        Release();
        Cut();
        await _accepting;
        _end.Dispose();
    }

    private ByteTrigger Add(ByteTrigger trigger)
    {
        lock (_gate)
        {
            _triggers.Add(trigger);
        }

        return trigger;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_end.Token);
                Interlocked.Increment(ref _accepted);
                _busiest.Count();
                _ = ServeAsync(new FaultLink(client));
            }
        }
        catch (Exception) when (_end.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(FaultLink link)
    {
        try
        {
            if (Refuses)
            {
                return;
            }

            Locked(() => _links.Add(link));
            await link.Server.ConnectAsync(_server, _end.Token);
            await Task.WhenAny(PumpAsync(link, Way.ToServer), PumpAsync(link, Way.ToClient));
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One end is gone, so the other one goes too.
        }
        finally
        {
            link.Reset();
            Locked(() => _links.Remove(link));
        }
    }

    private async Task PumpAsync(FaultLink link, Way way)
    {
        var (from, to) = way == Way.ToServer ? (link.Client, link.Server) : (link.Server, link.Client);
        var buffer = new byte[ChunkBytes];
        var tail = Array.Empty<byte>();
        try
        {
            while (await from.ReceiveAsync(buffer.AsMemory(0, Math.Min(MostBytes, ChunkBytes)), _end.Token) is var count and > 0)
            {
                if (Delay > TimeSpan.Zero)
                {
                    await Task.Delay(Delay, _end.Token);
                }

                if (Locked(() => _held[(int)way]) is { } held)
                {
                    await held.Task.WaitAsync(_end.Token);
                }

                if (link.IsSwallowed(way))
                {
                    continue;
                }

                var handedOn = tail.Length;
                byte[] seen = [.. tail, .. link.Hear(way, buffer.AsSpan(0, count))];
                var (trigger, end) = Look(way, seen, ref tail);
                if (trigger is not null)
                {
                    // First, as the server may answer before the send returns here.
                    Silence(link, trigger);
                }

                if (end > handedOn)
                {
                    await to.SendAsync(seen.AsMemory(handedOn, end - handedOn), _end.Token);
                }

                if (trigger is { Effect: TriggerEffect.SlipIn })
                {
                    var answered = link.Mute(OtherThan(way), trigger.Unheard);
                    await to.SendAsync(trigger.Slipped, _end.Token);
                    await answered.WaitAsync(_end.Token);
                    await to.SendAsync(seen.AsMemory(end), _end.Token);
                }

                if (trigger is { Effect: TriggerEffect.CutAfter })
                {
                    link.Reset();
                }

                trigger?.Fire();
            }
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Reset, or the end.
        }

        if (link.IsFrozen)
        {
            await link.Closed;
        }
    }

    /// <returns>What fires, and where what is handed on ends.</returns>
    private (ByteTrigger? Trigger, int End) Look(Way way, byte[] seen, ref byte[] tail)
    {
        var before = tail.Length;
        var longest = 0;
        foreach (var trigger in Locked(() => _triggers.FindAll(trigger => trigger.Way == way)))
        {
            longest = Math.Max(longest, trigger.Length - 1);
            if (trigger.Find(seen, before) is var at and >= 0)
            {
                tail = [];
                return (trigger, trigger.Effect is TriggerEffect.FreezeBefore or TriggerEffect.SlipIn ? at : seen.Length);
            }
        }

        // What the next piece may complete.
        tail = seen[Math.Max(0, seen.Length - longest)..];
        return (null, seen.Length);
    }

    private static void Silence(FaultLink link, ByteTrigger trigger)
    {
        switch (trigger.Effect)
        {
            case TriggerEffect.SwallowAnswerAfter:
                link.Swallow(OtherThan(trigger.Way));
                break;
            case TriggerEffect.FreezeBefore or TriggerEffect.FreezeAfter:
                link.Freeze();
                break;
        }
    }

    private static Way OtherThan(Way way) => way == Way.ToServer ? Way.ToClient : Way.ToServer;

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }

    private void Locked(Action act)
    {
        lock (_gate)
        {
            act();
        }
    }
}
