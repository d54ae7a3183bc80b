using Microsoft.Diagnostics.NETCore.Client;

namespace Worker.Operations.Profiling;

/// <summary>Ends a session after its time, or earlier; once.</summary>
internal sealed class SessionEnd : IDisposable, IAsyncDisposable
{
    private readonly EventPipeSession _session;
    private readonly ITimer _timer;
    private int _hasEnded;

    public SessionEnd(EventPipeSession session, TimeSpan length, TimeProvider time)
    {
        _session = session;
        _timer = time.CreateTimer(static end => ((SessionEnd)end!).Stop(), this, length, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends it soon, on another thread: the runtime answers only once its last events are read, which may be the caller's work.</summary>
    public void Now() => _timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer.Dispose();

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Stop()
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) == 1)
        {
            return;
        }

        try
        {
            _session.Stop();
        }
        catch (Exception gone) when (gone is DiagnosticsClientException or IOException or ObjectDisposedException)
        {
            // It is over already.
        }
    }
}
