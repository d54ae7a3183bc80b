using System.Globalization;
using Infrastructure.RabbitMq;
using Worker.Intake;

namespace Worker.Operations.Doctor;

/// <summary>What the facts mean for a worker. No I/O.</summary>
internal static class Judgement
{
    private const int OldestPostgres = 15;
    private const int NewestPostgres = 18;

    private static readonly Version OldestRabbitMq = new(3, 10);
    private static readonly Version NewestRabbitMq = new(4, 3);
    private static readonly TimeSpan MostClockDifference = TimeSpan.FromSeconds(1);

    /// <summary>How many connections to the broker the workers want.</summary>
    public static int BrokerConnections(int lanes, int replicas) => replicas * (lanes + IntakeOptions.BrokerConnectionsBesidesLanes);

    public static IEnumerable<Diagnosis> Of(BrokerFacts broker, TopologyNames names, int lanes, int replicas)
    {
        if (broker.Problem is { } problem)
        {
            yield return new Diagnosis("broker", Grade.Fail, problem, "check ConnectionStrings:RabbitMq, the network in between, and the user's password and virtual host");
            yield break;
        }

        yield return VersionOf(broker.Version);
        yield return broker.Alarm is { } alarm
            ? new Diagnosis("broker alarms", Grade.Warn, $"it takes nothing from publishers: {alarm}", "free or add what it is short of; workers store meanwhile what waits")
            : new Diagnosis("broker alarms", Grade.Ok, "none");
        yield return TopologyOf(broker, names);
        if (broker is { Waiting: not null, WaitingDead: not null })
        {
            yield return broker.ConsumeProblem is { } refused
                ? new Diagnosis("broker right to consume", Grade.Fail, refused, $"grant the user `read` on '{names.Queue}' and '{names.DeadQueue}'")
                : new Diagnosis("broker right to consume", Grade.Ok, $"may consume '{names.Queue}' and '{names.DeadQueue}'");
        }

        yield return ConnectionsOf(broker, lanes, replicas);

        if (broker.Waiting is { } waiting)
        {
            yield return waiting > 0 && broker.Consumers == 0
                ? new Diagnosis("broker queue", Grade.Warn, Text($"{waiting:N0} messages wait and nobody consumes"), "start a worker")
                : new Diagnosis("broker queue", Grade.Ok, Text($"{waiting:N0} messages wait, {broker.Consumers} lanes consume"));
        }

        if (broker.WaitingDead is > 0 and { } dead)
        {
            yield return new Diagnosis("broker dead queue", Grade.Warn, Text($"{dead:N0} messages in '{names.DeadQueue}'"),
                "a running worker empties it while the database can be written to; if one runs, its log says why it does not");
        }
    }

    public static IEnumerable<Diagnosis> Of(DatabaseFacts database, int lanes, int replicas)
    {
        if (database.Problem is { } problem)
        {
            yield return new Diagnosis("database", Grade.Fail, problem, "check ConnectionStrings:Orders, the network in between, pg_hba.conf and the role's password");
            yield break;
        }

        yield return VersionOf(database.Version);
        yield return database.Encoding == "UTF8"
            ? new Diagnosis("database encoding", Grade.Ok, database.Encoding)
            : new Diagnosis("database encoding", Grade.Fail, database.Encoding, "create the database anew with encoding 'UTF8'");
        yield return SchemaOf(database.MissingMigrations);
        yield return database.MissingGrants.Count == 0
            ? new Diagnosis("database grants", Grade.Ok, "all that a worker needs")
            : new Diagnosis("database grants", Grade.Fail, $"missing: {string.Join(", ", database.MissingGrants)}", "grant them to the worker's role");
        yield return WritableOf(database);
        yield return DurabilityOf(database.Settings);
        yield return ConnectionsOf(database, lanes, replicas);
        yield return database.ClockAhead.Duration() <= MostClockDifference
            ? new Diagnosis("clock", Grade.Ok, Text($"{database.ClockAhead.TotalMilliseconds:0} ms from the database's"))
            : new Diagnosis("clock", Grade.Warn, Text($"{database.ClockAhead.TotalSeconds:0.0} s from the database's"),
                "synchronise the clocks (chrony, systemd-timesyncd); until then publish-to-commit times are wrong by as much");
    }

    public static Diagnosis OfGrace(int shutdownSeconds, int? graceSeconds)
    {
        var needed = shutdownSeconds + IntakeOptions.HostGraceSeconds;
        return graceSeconds switch
        {
            null => new Diagnosis("grace period", Grade.Ok, Text($"a stop takes up to {needed} s"),
                Text($"whoever stops workers should wait longer before SIGKILL; --grace holds a figure against it")),
            { } grace when grace > needed => new Diagnosis("grace period", Grade.Ok, Text($"{grace} s, and a stop takes up to {needed} s")),
            { } grace => new Diagnosis("grace period", Grade.Fail, Text($"{grace} s, but a stop takes up to {needed} s"),
                Text($"raise terminationGracePeriodSeconds or TimeoutStopSec above {needed}, or lower Intake:ShutdownSeconds (now {shutdownSeconds})")),
        };
    }

    private static Diagnosis VersionOf(string version)
    {
        const string subject = "broker version";
        if (BrokerVersion.Parse(version) is not { } known)
        {
            return new Diagnosis(subject, Grade.Warn, version.Length == 0 ? "it does not say" : version, Text($"{OldestRabbitMq} to {NewestRabbitMq} are supported"));
        }

        var release = new Version(known.Major, known.Minor);
        return release >= OldestRabbitMq && release <= NewestRabbitMq
            ? new Diagnosis(subject, Grade.Ok, version)
            : new Diagnosis(subject, release < OldestRabbitMq ? Grade.Fail : Grade.Warn, version, Text($"{OldestRabbitMq} to {NewestRabbitMq} are supported"));
    }

    private static Diagnosis TopologyOf(BrokerFacts broker, TopologyNames names)
    {
        const string subject = "broker topology";
        return broker switch
        {
            { Waiting: null } or { WaitingDead: null } => new Diagnosis(subject, Grade.Warn, $"'{names.Queue}' or '{names.DeadQueue}' is not there",
                "the first worker or producer declares it; declare it at deployment, so that nothing published before meets no queue"),
            { TopologyProblem: { } problem } => new Diagnosis(subject, Grade.Fail, problem, "see the sentence; nothing is consumed until then"),
            { HasComparedTopology: false } => new Diagnosis(subject, Grade.Ok, $"'{names.Queue}' and '{names.DeadQueue}' are there; this login has no right to compare their arguments"),
            _ => new Diagnosis(subject, Grade.Ok, $"'{names.Queue}' and '{names.DeadQueue}' as they should be"),
        };
    }

    private static Diagnosis ConnectionsOf(BrokerFacts broker, int lanes, int replicas)
    {
        const string subject = "broker connections";
        var wanted = Text($"{replicas} replicas of {lanes} lanes want up to {BrokerConnections(lanes, replicas)}");
        if (broker.ConnectionProblem is not { } refused)
        {
            return new Diagnosis(subject, Grade.Ok, Text($"{wanted}, and as many were opened"));
        }

        var seen = Text($"{wanted}, and after {broker.Connections}: {refused}");
        var remedy = Text($"raise the limit of the user, the virtual host or the node (set_user_limits, set_vhost_limits, connection_max), or lower Intake:Lanes (now {lanes})");
        return broker.Consumers > 0
            ? new Diagnosis(subject, Grade.Warn, seen, $"enough only if those in use are these workers'; otherwise {remedy}")
            : new Diagnosis(subject, Grade.Fail, seen, remedy);
    }

    private static Diagnosis VersionOf(int version)
    {
        var major = version / 10_000;
        var seen = Text($"{major}.{version % 10_000}");
        return major switch
        {
            < OldestPostgres => new Diagnosis("database version", Grade.Fail, seen, Text($"{OldestPostgres} to {NewestPostgres} are supported")),
            > NewestPostgres => new Diagnosis("database version", Grade.Warn, seen, Text($"{OldestPostgres} to {NewestPostgres} are supported")),
            _ => new Diagnosis("database version", Grade.Ok, seen),
        };
    }

    private static Diagnosis SchemaOf(IReadOnlyList<string>? missing) => missing switch
    {
        null => new Diagnosis("database schema", Grade.Fail, "this login may not read the list of migrations", "grant select on \"__EFMigrationsHistory\""),
        [] => new Diagnosis("database schema", Grade.Ok, "current"),
        _ => new Diagnosis("database schema", Grade.Fail, $"lacks {string.Join(", ", missing)}", "run `worker migrate`"),
    };

    private static Diagnosis WritableOf(DatabaseFacts database) => database switch
    {
        { IsStandby: true } => new Diagnosis("database writable", Grade.Fail, "a standby", "name the primary, or all servers and Target Session Attributes=primary"),
        { IsReadOnly: true } => new Diagnosis("database writable", Grade.Fail, "default_transaction_read_only is on", "turn it off for this role or database"),
        _ => new Diagnosis("database writable", Grade.Ok, "yes"),
    };

    private static Diagnosis DurabilityOf(IReadOnlyDictionary<string, string> settings)
    {
        var loose = settings.Where(setting => setting.Value == "off").Select(setting => $"{setting.Key} = off").Order(StringComparer.Ordinal).ToArray();
        return loose.Length == 0
            ? new Diagnosis("database durability", Grade.Ok, "fsync, full_page_writes and synchronous_commit are on")
            : new Diagnosis("database durability", Grade.Warn, string.Join(", ", loose), "a crash of the database can lose orders that were acknowledged; turn it on");
    }

    private static Diagnosis ConnectionsOf(DatabaseFacts database, int lanes, int replicas)
    {
        const string subject = "database connections";
        var needed = replicas * (lanes + IntakeOptions.DatabaseConnectionsBesidesLanes);
        var allowed = database.RoleConnections >= 0 ? Math.Min(database.RoleConnections, database.MaxConnections) : database.MaxConnections;
        var seen = Text($"{allowed} allowed, {database.UsedConnections} in use; {replicas} replicas of {lanes} lanes want up to {needed}");
        if (needed > allowed)
        {
            return new Diagnosis(subject, Grade.Fail, seen, Text($"raise max_connections or the role's limit, or lower Intake:Lanes (now {lanes})"));
        }

        return needed + database.UsedConnections > allowed
            ? new Diagnosis(subject, Grade.Warn, seen, "enough only if some of those in use are these workers'; otherwise raise max_connections")
            : new Diagnosis(subject, Grade.Ok, seen);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
