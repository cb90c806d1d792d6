// Adds the reader's own clock to the hover text of each <time data-local>; the page already shows a time
// in the zone of the account, so nothing changes place.
(() => {
  const clock = new Intl.DateTimeFormat(document.documentElement.lang || undefined, {
    dateStyle: "medium", timeStyle: "short", timeZoneName: undefined,
  });
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

  const tell = (root) => {
    for (const time of root.querySelectorAll("time[data-local][datetime]")) {
      const moment = new Date(time.dateTime);
      if (Number.isNaN(moment.valueOf())) continue;
      time.title = `${clock.format(moment)} (${zone}) · ${time.dataset.local}`;
    }
  };

  tell(document);
  document.addEventListener("htmx:after:process", (event) => tell(event.target));
})();
