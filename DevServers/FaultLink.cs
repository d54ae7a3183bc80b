using System.Net.Sockets;

namespace DevServers;

/// <summary>One client's connection through a <see cref="FaultProxy"/>, and what is done to it.</summary>
internal sealed class FaultLink(Socket client)
{
    private readonly bool[] _swallowed = new bool[2];
    private readonly MutedAnswer?[] _muted = new MutedAnswer?[2];
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isFrozen;

    public Socket Client { get; } = client;

    public Socket Server { get; } = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public bool IsFrozen => Volatile.Read(ref _isFrozen);

    public Task Closed => _closed.Task;

    public void Freeze()
    {
        Volatile.Write(ref _isFrozen, true);
        Swallow(Way.ToServer);
        Swallow(Way.ToClient);
    }

    public void Swallow(Way way) => Volatile.Write(ref _swallowed[(int)way], true);

    public bool IsSwallowed(Way way) => Volatile.Read(ref _swallowed[(int)way]);

    /// <summary>Keeps back what comes this way, to the end of these bytes. They have to come in one piece.</summary>
    /// <returns>Until they have come; with none of them nothing is kept back.</returns>
    public Task Mute(Way way, byte[] through)
    {
        if (through.Length == 0)
        {
            return Task.CompletedTask;
        }

        var answer = new MutedAnswer(through, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        Volatile.Write(ref _muted[(int)way], answer);
        return answer.Come.Task;
    }

    /// <returns>What of a piece may be handed on.</returns>
    public ReadOnlySpan<byte> Hear(Way way, ReadOnlySpan<byte> piece)
    {
        if (Volatile.Read(ref _muted[(int)way]) is not { } answer)
        {
            return piece;
        }

        var at = piece.IndexOf(answer.Through);
        if (at < 0)
        {
            return [];
        }

        Volatile.Write(ref _muted[(int)way], null);
        answer.Come.SetResult();
        return piece[(at + answer.Through.Length)..];
    }

    // Without a linger the kernel sends a reset and forgets what was not sent yet.
    public void Reset()
    {
        Client.Close(0);
        Server.Close(0);
        _closed.TrySetResult();
    }

    private sealed record MutedAnswer(byte[] Through, TaskCompletionSource Come);
}
