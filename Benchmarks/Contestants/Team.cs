using Benchmarks.Servers;

namespace Benchmarks.Contestants;

/// <summary>All processes of a contestant; mostly there is one.</summary>
internal sealed class Team : IAsyncDisposable
{
    private readonly Contestant _contestant;
    private readonly ContestantProcess[] _processes;

    private Team(Contestant contestant, ContestantProcess[] processes) => (_contestant, _processes) = (contestant, processes);

    /// <summary>CPU time of them all.</summary>
    public TimeSpan Cpu => _processes.Aggregate(TimeSpan.Zero, (sum, process) => sum + ProcessTimes.Of(process.Pid));

    /// <summary>The most memory each held since <see cref="BeginPeak"/>, together.</summary>
    public double PeakMegabytes => _processes.Sum(process => ProcessMemory.PeakMegabytes(process.Pid));

    public static Team Start(Contestant contestant, string broker) =>
        new(contestant, [.. Enumerable.Range(0, contestant.Processes).Select(_ => ContestantProcess.Start(contestant, broker))]);

    public void BeginPeak()
    {
        foreach (var process in _processes)
        {
            ProcessMemory.BeginPeak(process.Pid);
        }
    }

    public Task ConsumeAsync(string queue, OrdersDatabase database, CancellationToken cancellationToken)
    {
        var address = _contestant.UsesLibpq ? database.LibpqAddress : database.ConnectionString;
        return Task.WhenAll(_processes.Select(process => process.ConsumeAsync(queue, address, cancellationToken)));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_processes.Select(process => process.StopAsync(cancellationToken)));

    public async Task<ContestantFigures> FiguresAsync(CancellationToken cancellationToken)
    {
        var figures = await Task.WhenAll(_processes.Select(process => process.FiguresAsync(cancellationToken)));
        return figures.Aggregate((sum, more) => sum + more);
    }

    /// <exception cref="ContestantFailedException">One of them has ended.</exception>
    public void ThrowIfEnded() => Array.ForEach(_processes, process => process.ThrowIfEnded());

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
    }
}
