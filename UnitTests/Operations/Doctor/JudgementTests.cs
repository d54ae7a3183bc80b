using Infrastructure.RabbitMq;
using Worker.Operations.Doctor;

namespace UnitTests.Operations.Doctor;

public sealed class JudgementTests
{
    private static readonly TopologyNames Names = new("orders");

    private static readonly BrokerFacts GoodBroker = new() { Version = "3.10.8", Waiting = 0, WaitingDead = 0, Consumers = 2 };

    private static readonly DatabaseFacts GoodDatabase = new()
    {
        Version = 150_010,
        Encoding = "UTF8",
        MissingMigrations = [],
        Settings = new Dictionary<string, string> { ["fsync"] = "on", ["full_page_writes"] = "on", ["synchronous_commit"] = "on" },
        MaxConnections = 97,
        UsedConnections = 5,
    };

    [Fact]
    public void Good_servers_are_ok_in_every_line()
    {
        Assert.All(Judgement.Of(GoodBroker, Names, lanes: 2, replicas: 4), line => Assert.Equal((Grade.Ok, null), (line.Grade, line.Advice)));
        Assert.All(Judgement.Of(GoodDatabase, lanes: 2, replicas: 4), line => Assert.Equal((Grade.Ok, null), (line.Grade, line.Advice)));
    }

    [Fact]
    public void A_server_that_is_not_there_is_one_line()
    {
        var broker = Assert.Single(Judgement.Of(new BrokerFacts { Problem = "connection refused" }, Names, lanes: 2, replicas: 1));
        var database = Assert.Single(Judgement.Of(new DatabaseFacts { Problem = "connection refused" }, lanes: 2, replicas: 1));

        Assert.Equal((Grade.Fail, "connection refused"), (broker.Grade, broker.Seen));
        Assert.Equal((Grade.Fail, "connection refused"), (database.Grade, database.Seen));
    }

    [Theory]
    [InlineData("3.9.29", nameof(Grade.Fail))]
    [InlineData("3.10.8", nameof(Grade.Ok))]
    [InlineData("4.3.1", nameof(Grade.Ok))]
    [InlineData("4.2.0-rc.1", nameof(Grade.Ok))]
    [InlineData("4.4.0", nameof(Grade.Warn))]
    [InlineData("", nameof(Grade.Warn))]
    public void A_brokers_version_is_held_against_what_is_supported(string version, string grade) =>
        Assert.Equal(grade, Find(GoodBroker with { Version = version }, "broker version").Grade.ToString());

    [Fact]
    public void An_alarm_is_a_warning_with_what_the_broker_is_short_of()
    {
        var line = Find(GoodBroker with { Alarm = "low on disk" }, "broker alarms");

        Assert.Equal((Grade.Warn, "it takes nothing from publishers: low on disk"), (line.Grade, line.Seen));
    }

    [Fact]
    public void A_queue_that_is_not_there_yet_is_a_warning() =>
        Assert.Equal(Grade.Warn, Find(GoodBroker with { Waiting = null, Consumers = 0 }, "broker topology").Grade);

    [Fact]
    public void Other_arguments_of_the_queue_are_a_failure_with_the_brokers_words()
    {
        var line = Find(GoodBroker with { TopologyProblem = "x-delivery-limit = none, but 20 is wanted" }, "broker topology");

        Assert.Equal((Grade.Fail, "x-delivery-limit = none, but 20 is wanted"), (line.Grade, line.Seen));
    }

    [Fact]
    public void A_login_that_may_not_declare_is_fit_and_is_told_what_was_not_compared()
    {
        var line = Find(GoodBroker with { HasComparedTopology = false }, "broker topology");

        Assert.Equal(Grade.Ok, line.Grade);
        Assert.Contains("no right to compare", line.Seen);
    }

    [Fact]
    public void A_login_that_may_not_consume_is_a_failure() =>
        Assert.Equal(Grade.Fail, Find(GoodBroker with { ConsumeProblem = "access refused" }, "broker right to consume").Grade);

    [Fact]
    public void The_right_to_consume_is_not_judged_while_a_queue_is_not_there() =>
        Assert.DoesNotContain(
            Judgement.Of(GoodBroker with { WaitingDead = null }, Names, lanes: 2, replicas: 1), line => line.Subject == "broker right to consume");

    [Theory]
    [InlineData(0, nameof(Grade.Fail))]
    [InlineData(2, nameof(Grade.Warn))]
    public void Too_few_connections_are_a_failure_unless_those_in_use_may_be_the_workers(long consumers, string grade)
    {
        var line = Find(GoodBroker with { Consumers = consumers, Connections = 3, ConnectionProblem = "limit (3) is reached" }, "broker connections");

        Assert.Equal((grade, "1 replicas of 2 lanes want up to 4, and after 3: limit (3) is reached"), (line.Grade.ToString(), line.Seen));
        Assert.Contains("lower Intake:Lanes (now 2)", line.Advice);
    }

    [Theory]
    [InlineData(5, 0, nameof(Grade.Warn))]
    [InlineData(5, 1, nameof(Grade.Ok))]
    [InlineData(0, 0, nameof(Grade.Ok))]
    public void Messages_that_nobody_consumes_are_a_warning(long waiting, long consumers, string grade) =>
        Assert.Equal(grade, Find(GoodBroker with { Waiting = waiting, Consumers = consumers }, "broker queue").Grade.ToString());

    [Theory]
    [InlineData(140_012, nameof(Grade.Fail))]
    [InlineData(150_000, nameof(Grade.Ok))]
    [InlineData(180_001, nameof(Grade.Ok))]
    [InlineData(190_000, nameof(Grade.Warn))]
    public void A_databases_version_is_held_against_what_is_supported(int version, string grade) =>
        Assert.Equal(grade, Find(GoodDatabase with { Version = version }, "database version").Grade.ToString());

    [Fact]
    public void Missing_grants_are_named()
    {
        var line = Find(GoodDatabase with { MissingGrants = ["insert on orders", "temporary on the database"] }, "database grants");

        Assert.Equal((Grade.Fail, "missing: insert on orders, temporary on the database"), (line.Grade, line.Seen));
    }

    [Fact]
    public void A_schema_that_lacks_migrations_names_them_and_the_command()
    {
        var line = Find(GoodDatabase with { MissingMigrations = ["20261121080000_Initial"] }, "database schema");

        Assert.Equal((Grade.Fail, "lacks 20261121080000_Initial", "run `worker migrate`"), (line.Grade, line.Seen, line.Advice));
    }

    [Fact]
    public void A_standby_and_a_read_only_database_are_failures()
    {
        Assert.Equal(Grade.Fail, Find(GoodDatabase with { IsStandby = true }, "database writable").Grade);
        Assert.Equal(Grade.Fail, Find(GoodDatabase with { IsReadOnly = true }, "database writable").Grade);
    }

    [Fact]
    public void A_database_that_may_lose_what_it_committed_is_a_warning()
    {
        var line = Find(GoodDatabase with { Settings = new Dictionary<string, string> { ["fsync"] = "on", ["synchronous_commit"] = "off" } }, "database durability");

        Assert.Equal((Grade.Warn, "synchronous_commit = off"), (line.Grade, line.Seen));
    }

    [Theory]
    [InlineData(1, -1, nameof(Grade.Ok))]
    [InlineData(19, -1, nameof(Grade.Warn))]
    [InlineData(20, -1, nameof(Grade.Fail))]
    [InlineData(2, 9, nameof(Grade.Fail))]
    public void Lanes_and_replicas_must_find_enough_connections(int replicas, int roleLimit, string grade) =>
        Assert.Equal(grade, Judgement.Of(GoodDatabase with { RoleConnections = roleLimit }, lanes: 2, replicas).Single(line => line.Subject == "database connections").Grade.ToString());

    [Theory]
    [InlineData(0.9, nameof(Grade.Ok))]
    [InlineData(-0.9, nameof(Grade.Ok))]
    [InlineData(1.1, nameof(Grade.Warn))]
    [InlineData(-1.1, nameof(Grade.Warn))]
    public void A_clock_that_is_off_is_a_warning(double seconds, string grade) =>
        Assert.Equal(grade, Find(GoodDatabase with { ClockAhead = TimeSpan.FromSeconds(seconds) }, "clock").Grade.ToString());

    [Theory]
    [InlineData(null, nameof(Grade.Ok))]
    [InlineData(60, nameof(Grade.Ok))]
    [InlineData(31, nameof(Grade.Ok))]
    [InlineData(30, nameof(Grade.Fail))]
    public void A_grace_period_must_be_longer_than_a_stop(int? grace, string grade) =>
        Assert.Equal(grade, Judgement.OfGrace(shutdownSeconds: 25, grace).Grade.ToString());

    private static Diagnosis Find(BrokerFacts facts, string subject) => Judgement.Of(facts, Names, lanes: 2, replicas: 1).Single(line => line.Subject == subject);

    private static Diagnosis Find(DatabaseFacts facts, string subject) => Judgement.Of(facts, lanes: 2, replicas: 1).Single(line => line.Subject == subject);
}
