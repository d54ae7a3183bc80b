using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting.Systemd;

namespace UnitTests.Support;

/// <summary>The service manager's side: what it is sent, unless it does not listen or reads nothing.</summary>
internal sealed class FakeServiceManager : ISystemdNotifier
{
    private readonly Channel<string> _messages = Channel.CreateUnbounded<string>();
    private readonly ManualResetEventSlim _reads = new(initialState: true);
    private int _blocked;

    public bool IsEnabled => true;

    public bool Listens { get; init; } = true;

    public bool Reads
    {
        init => _reads = new ManualResetEventSlim(value);
    }

    /// <summary>Threads that wait until it reads.</summary>
    public int Blocked => Volatile.Read(ref _blocked);

    public void Notify(ServiceState state)
    {
        if (!Listens)
        {
            throw new SocketException((int)SocketError.ConnectionRefused);
        }

        Interlocked.Increment(ref _blocked);
        _reads.Wait();
        Interlocked.Decrement(ref _blocked);
        _messages.Writer.TryWrite(state.ToString());
    }

    /// <summary>Reads what waits, and goes on reading.</summary>
    public void ReadAgain() => _reads.Set();

    /// <summary>The next message, line by line.</summary>
    public async Task<string[]> ReceiveAsync() => (await _messages.Reader.ReadAsync().AsTask().OrTooLate("nothing was sent")).Split('\n');
}
