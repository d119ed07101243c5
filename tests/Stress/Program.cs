using System.CommandLine;
using System.Globalization;
using JaccardKernels.Stress;

// What an index must survive:
//   kills    a process that builds, changes and compacts an index is killed at random moments; nothing that it acknowledged may be lost
//   threads  many threads search while one changes the index; every answer must be right for a state between its start and its end
// Each ends with a line that says what was done, and exit code 1 if anything was wrong.
var seed = new Option<int>("--seed") { Description = "Other seeds kill at other moments.", DefaultValueFactory = _ => 1 };
var count = new Option<int>("--count") { Description = "Kills.", DefaultValueFactory = _ => 200 };
var seconds = new Option<double>("--seconds") { Description = "How long to search.", DefaultValueFactory = _ => 60 };
var searchers = new Option<int>("--searchers") { Description = "Threads that search.", DefaultValueFactory = _ => 16 };
var path = new Argument<string>("path") { Description = "The index file." };

var kills = new Command("kills", "Kills a process that writes an index, again and again, and looks at what is left.") { count, seed };
kills.SetAction(arguments => Kills.Run(arguments.GetValue(count), arguments.GetValue(seed)));
var threads = new Command("threads", "Searches by many threads while one adds, removes and compacts.") { seconds, searchers, seed };
threads.SetAction(arguments => Threads.Run(arguments.GetValue(seconds), arguments.GetValue(searchers), arguments.GetValue(seed)));
var write = new Command("write", "Writes an index without end, and says what is done: what 'kills' kills.") { path };
write.SetAction(arguments => Writer.Run(arguments.GetValue(path)!));
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return new RootCommand("What an index must survive.") { kills, threads, write }.Parse(args).Invoke();
