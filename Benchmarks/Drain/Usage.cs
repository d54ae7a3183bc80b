using Benchmarks.Contestants;
using Benchmarks.Servers;

namespace Benchmarks.Drain;

/// <summary>Who has used how much of the machine so far, seen at one moment.</summary>
/// <param name="Contestant">All of a contestant's processes.</param>
/// <param name="Broker">RabbitMQ.</param>
/// <param name="Database">PostgreSQL.</param>
/// <param name="Publisher">Whoever publishes meanwhile; nothing when nobody does.</param>
/// <param name="Machine">Everything.</param>
internal sealed record Usage(TimeSpan Contestant, TimeSpan Broker, TimeSpan Database, TimeSpan Publisher, MachineTimes Machine)
{
    private TimeSpan Together => Contestant + Broker + Database + Publisher;

    public static Usage Read(Team team, BenchServers servers, TimeSpan publisher = default) =>
        new(team.Cpu, servers.BrokerCpu, servers.DatabaseCpu, publisher, MachineTimes.Read());

    /// <summary>What was used since an earlier look, for each of so many messages.</summary>
    public Spent Since(Usage earlier, long messages) => new(
        (Contestant - earlier.Contestant).TotalMicroseconds / messages,
        (Broker - earlier.Broker).TotalMicroseconds / messages,
        (Database - earlier.Database).TotalMicroseconds / messages,
        (Publisher - earlier.Publisher).TotalMicroseconds / messages,
        Machine.StolenSince(earlier.Machine),
        Machine.UsedByOthersSince(earlier.Machine, Together - earlier.Together));

    /// <summary>Adds to an outcome what was used since an earlier look.</summary>
    public DrainOutcome Since(Usage earlier, DrainOutcome outcome)
    {
        var spent = Since(earlier, outcome.Messages);
        return outcome with
        {
            ContestantMicroseconds = spent.Contestant,
            BrokerMicroseconds = spent.Broker,
            DatabaseMicroseconds = spent.Database,
            StolenShare = spent.StolenShare,
            OthersShare = spent.OthersShare,
        };
    }
}
