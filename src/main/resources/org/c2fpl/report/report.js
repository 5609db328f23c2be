"use strict";
window.c2fplReport = {data: JSON.parse(document.getElementById("report-data").textContent), charts: {}, selectVideo: function () {}};
