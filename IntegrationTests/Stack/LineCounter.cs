using DevServers;
using Microsoft.Extensions.Logging;

namespace IntegrationTests.Stack;

/// <summary>Counts the log lines of a worker instead of printing them.</summary>
internal sealed class LineCounter(TimeProvider time) : ILoggerProvider, ILogger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, int> _lines = [];
    private readonly BusiestSecond _busiest = new(time);

    /// <summary>Lines of the second with the most of them, as an operator is shown them.</summary>
    public int MostInASecond => _busiest.Most;

    /// <summary>Lines with this event's number.</summary>
    public int CountOf(int eventId)
    {
        lock (_gate)
        {
            return _lines.GetValueOrDefault(eventId);
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate)
        {
            _lines[eventId.Id] = _lines.GetValueOrDefault(eventId.Id) + 1;

            // A test may ask for more than an operator is shown.
            if (logLevel >= LogLevel.Information)
            {
                _busiest.Count();
            }
        }
    }

    public void Dispose()
    {
    }
}
